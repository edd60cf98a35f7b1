import { endpoints } from '../schemas/client/endpoints.ts';
import { type RefusalCode, refusals } from '../schemas/errors.ts';
import { generatedNote, table } from './text.ts';

/** The catalogue of refusals. [ERR-1] */
export function errorsText(): string {
  const rows = (Object.keys(refusals) as RefusalCode[]).map((code) => {
    const by = endpoints.filter((endpoint) => endpoint.refusals.includes(code)).map(({ name }) => name);
    return [
      `\`${code}\``,
      String(refusals[code].status),
      refusals[code].message,
      by.length > 8 ? 'many' : by.join(', '),
    ];
  });
  return `# Errors\n\n${generatedNote} The rules are in [04-client-api.md](../text/04-client-api.md); what every endpoint can refuse is in ERR-3.\n\n${table(['code', 'status', 'message', 'refused by'], rows)}`;
}
