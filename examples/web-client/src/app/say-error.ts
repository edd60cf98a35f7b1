import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { titleOfPermission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { saySeconds } from '../ui/time.ts';

/** A sentence for people about why something failed. */
export function sayError(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong here. Try again.';
  if (error.code === 'network') return 'No connection to the homeserver. Check your network and try again.';
  if (error.code === 'pending') return 'Kept. It happens as soon as the homeserver that decides is back.';
  if (error.code === 'missing_permission') return sayMissing(error);
  if (error.retry !== undefined && error.retry > 0 && error.status === 429) {
    return `${error.message} Try again in ${saySeconds(Math.ceil(error.retry / 1000))}.`;
  }
  return error.message;
}

function sayMissing({ message, details: { permission, channel } }: ApiError): string {
  const title = titleOfPermission(permission);
  if (title === undefined) return message;
  const where = channel === undefined ? '' : ' in every channel, and one denies it to you';
  return `Your roles do not allow this. It takes “${title}”${where}.`;
}

/** Whether an error is a refusal with this code. */
export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code;
}
