import { orToast, toast } from './toast.tsx';

/** Puts text on the clipboard and says so. */
export async function copyText(text: string, said: string): Promise<void> {
  if (await orToast(() => navigator.clipboard.writeText(text))) toast(said);
}
