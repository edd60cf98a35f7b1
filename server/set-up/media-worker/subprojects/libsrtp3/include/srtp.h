#pragma once
// The worker is written for libsrtp 3: policies are objects, and packets go from one buffer to another. This gives it that
// over libsrtp 2, which works in place and keeps key and salt in one piece.
#include <srtp2/srtp.h>

#include <arpa/inet.h>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(srtp_err_status_pfkey_err + 100);
constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(srtp_err_status_pfkey_err + 101);

struct srtp2_policy
{
	::srtp_policy_t policy;
	uint8_t key[64];
};
using srtp2_policy_ptr = srtp2_policy*;
#define srtp_policy_t srtp2_policy_ptr

inline srtp_err_status_t srtp_policy_create(srtp2_policy_ptr* out)
{
	*out = static_cast<srtp2_policy_ptr>(std::calloc(1, sizeof(srtp2_policy)));
	return *out ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp2_policy_ptr policy)
{
	std::free(policy);
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp2_policy_ptr policy, srtp_ssrc_t ssrc)
{
	policy->policy.ssrc = ssrc;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp2_policy_ptr policy, srtp_profile_t profile)
{
	const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);
	return status ? status : srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp2_policy_ptr policy, const uint8_t* key, size_t keyLen, const uint8_t* salt, size_t saltLen, const uint8_t*, size_t)
{
	if (keyLen + saltLen > sizeof(policy->key))
	{
		return srtp_err_status_bad_param;
	}
	std::memcpy(policy->key, key, keyLen);
	std::memcpy(policy->key + keyLen, salt, saltLen);
	policy->policy.key = policy->key;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp2_policy_ptr policy, bool allowed)
{
	policy->policy.allow_repeat_tx = allowed;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp2_policy_ptr policy, size_t size)
{
	policy->policy.window_size = size;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp2_policy_ptr policy)
{
	return ::srtp_create(session, &policy->policy);
}

using srtp2_in_place = srtp_err_status_t (*)(srtp_ctx_t*, void*, int*);

inline srtp_err_status_t srtp2_from_to(
  srtp2_in_place work, size_t trailer, srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
{
	if (*outLen < inLen + trailer)
	{
		return srtp_err_status_buffer_small;
	}
	if (out != in)
	{
		std::memmove(out, in, inLen);
	}
	auto length       = static_cast<int>(inLen);
	const auto status = work(session, out, &length);
	*outLen           = static_cast<size_t>(length);
	return status;
}

inline srtp_err_status_t srtp_protect(srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t)
{
	return srtp2_from_to(::srtp_protect, SRTP_MAX_TRAILER_LEN, session, in, inLen, out, outLen);
}

inline srtp_err_status_t srtp_protect_rtcp(srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t)
{
	return srtp2_from_to(::srtp_protect_rtcp, SRTP_MAX_TRAILER_LEN + sizeof(uint32_t), session, in, inLen, out, outLen);
}

inline srtp_err_status_t srtp_unprotect(srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
{
	return srtp2_from_to(::srtp_unprotect, 0, session, in, inLen, out, outLen);
}

inline srtp_err_status_t srtp_unprotect_rtcp(srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
{
	return srtp2_from_to(::srtp_unprotect_rtcp, 0, session, in, inLen, out, outLen);
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return ::srtp_remove_stream(session, htonl(ssrc));
}
