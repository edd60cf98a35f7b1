import type { ErrorAnswer, RefusalCode } from '../schemas/errors.ts';

/** Code of a refusal, `network` where no answer came, `bad_answer` where it was not one of a homeserver. */
export type ApiErrorCode = RefusalCode | 'network' | 'bad_answer' | (string & Record<never, never>);

/** Why a call failed: an answer of the homeserver other than success, or none at all (`status` 0). [ERR-2] */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: ApiErrorCode;
  /** Milliseconds to wait before trying again. */
  readonly retry: number | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  /** Id of the request in the log of the homeserver. */
  readonly request: string | undefined;

  constructor(status: number, answer: Pick<ErrorAnswer, 'code' | 'message'> & Partial<ErrorAnswer>, cause?: unknown) {
    super(answer.message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = answer.code;
    this.retry = answer.retry;
    this.details = answer.details ?? {};
    this.request = answer.request;
  }
}

/** The error that an answer outside 200–299 stands for; reads its body. */
export async function errorOf(response: Response): Promise<ApiError> {
  const retry = retryAfterOf(response);
  const text = await response.text().catch(() => '');
  try {
    const answer = JSON.parse(text) as ErrorAnswer;
    if (typeof answer.code === 'string' && typeof answer.message === 'string') {
      return new ApiError(response.status, { ...(retry === undefined ? {} : { retry }), ...answer });
    }
  } catch {
    // Not JSON: a proxy in between answered.
  }
  const message = `The homeserver could not be asked (${response.status}).`;
  return new ApiError(response.status, { code: 'bad_answer', message, ...(retry === undefined ? {} : { retry }) });
}

function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : undefined;
}
