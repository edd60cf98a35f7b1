import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { StartError } from '../base/errors.ts';

/** In the authorities that everybody believes in, and in those of a file. */
export function believing(file: string | undefined): SecureContext {
  if (file === undefined) return createSecureContext();
  try {
    return createSecureContext({ ca: [...rootCertificates, readFileSync(file, 'utf8')] });
  } catch (cause) {
    throw new StartError('bad_config', `federation_ca: ${file} cannot be read`, { cause });
  }
}
