import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorsText } from './errors-text.ts';
import { federationReference } from './federation.ts';
import { federationText } from './federation-text.ts';
import { gatewayReference } from './gateway.ts';
import { gatewayText } from './gateway-text.ts';
import { openApi } from './openapi.ts';
import { permissionsText } from './permissions-text.ts';

export const generatedFolder = fileURLToPath(new URL('../generated/', import.meta.url));

/** Every generated file and what it should say now. */
export function outputs(): Map<string, string> {
  const gateway = gatewayReference();
  const federation = federationReference();
  return new Map([
    ['openapi.json', json(openApi())],
    ['gateway.json', json(gateway)],
    ['gateway.md', gatewayText(gateway)],
    ['federation.json', json(federation)],
    ['federation.md', federationText(federation)],
    ['errors.md', errorsText()],
    ['permissions.md', permissionsText()],
  ]);
}

/** Names of the generated files that say something else than they should, are missing, or should not be there. */
export function staleOutputs(): string[] {
  const wanted = outputs();
  const present = new Map(
    readdirSync(generatedFolder).map((name) => [name, readFileSync(generatedFolder + name, 'utf8')]),
  );
  return [...new Set([...wanted.keys(), ...present.keys()])]
    .filter((name) => wanted.get(name) !== present.get(name))
    .sort();
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
