#pragma once
// The worker asks for maps and sets of ankerl's library, which Debian does not carry. The standard ones have the same interface.
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
template<class T>
using hash = std::hash<T>;
template<class Key, class Value, class... Rest>
using map = std::unordered_map<Key, Value, Rest...>;
template<class Key, class... Rest>
using set = std::unordered_set<Key, Rest...>;
} // namespace ankerl::unordered_dense
