import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { StartError } from '../base/errors.ts';

/** Files with a certificate chain and its private key, PEM. */
export interface TlsFiles {
  certificate: string;
  key: string;
}

export interface Certificate {
  cert: string;
  key: string;
}

const LOOK_MS = 60_000;

/** Throws StartError `bad_config` where the files cannot be read or do not belong together. */
export function readCertificate({ certificate, key }: TlsFiles): Certificate {
  const read = { cert: textOf('tls_certificate', certificate), key: textOf('tls_key', key) };
  try {
    createSecureContext(read);
  } catch (cause) {
    const text = `tls_certificate and tls_key cannot be used: ${(cause as Error).message}`;
    throw new StartError('bad_config', text, { cause });
  }
  return read;
}

/** Calls back with the certificate after it was renewed; what cannot be used is left alone. Returns how to stop looking. */
export function followCertificate(files: TlsFiles, renewed: (certificate: Certificate) => void): () => void {
  const look = () => {
    try {
      renewed(readCertificate(files));
    } catch {
      // Half written, or only one of the two: the other one changes in a moment.
    }
  };
  const paths = [files.certificate, files.key];
  for (const path of paths) watchFile(path, { interval: LOOK_MS, persistent: false }, look);
  return () => {
    for (const path of paths) unwatchFile(path, look);
  };
}

function textOf(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StartError('bad_config', `${setting}: ${file} cannot be read`, { cause });
  }
}
