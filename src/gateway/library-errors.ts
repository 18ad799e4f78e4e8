import { z } from 'zod';
import { AppError, type ErrorCode, toAppError } from '../errors';

/** What body-parser, serve-static and the router of Express throw over a request: errors of http-errors. */
const libraryError = z.object({
  status: z.int().min(400).max(499),
  message: z.string(),
  /** Of body-parser: which of its checks failed. */
  type: z.string().optional(),
  /** Of body-parser, in bytes. */
  limit: z.number().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

type LibraryError = z.infer<typeof libraryError>;

const CODES: Readonly<Record<number, ErrorCode>> = {
  // A path outside the folder of static files is answered like one that does not exist.
  403: 'NOT_FOUND',
  404: 'NOT_FOUND',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  416: 'RANGE_NOT_SATISFIABLE',
};

/** The AppError of what a handler, or a library before it, threw. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return toAppError(thrown);
  return fromLibrary(thrown) ?? toAppError(thrown);
}

/** A library's error about a request, with a message that says what would be right; undefined for other errors. */
function fromLibrary(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { data: error } = libraryError.safeParse(thrown);
  if (error === undefined) return undefined;
  const message = messageOf(error);
  return new AppError(CODES[error.status] ?? 'BAD_USER_INPUT', {
    cause: thrown,
    ...(message !== undefined && { message }),
    ...(error.headers !== undefined && { headers: error.headers }),
  });
}

const LONGEST_QUOTE = 200;

/** The library's own message. It may quote the request, and is only sent to its client. */
function messageOf({ type, message, limit }: LibraryError): string | undefined {
  const quoted = message.slice(0, LONGEST_QUOTE);
  switch (type) {
    case 'entity.too.large':
      return `요청 본문이 너무 큽니다. 최대 ${limit}바이트까지 받습니다.`;
    case 'entity.parse.failed':
      return `요청 본문이 올바른 JSON이 아닙니다: ${quoted}`;
    case 'encoding.unsupported':
      return `지원하지 않는 Content-Encoding입니다. gzip, deflate, br 또는 압축하지 않은 본문을 보내 주세요.`;
    case 'charset.unsupported':
      return `지원하지 않는 문자 집합입니다. UTF-8로 보내 주세요.`;
    case 'request.size.invalid':
      return `요청 본문의 길이가 Content-Length와 다릅니다.`;
    default:
      return undefined;
  }
}
