import { jsonPage, type Page } from './page.ts';

/** `/livez` answers while the process lives; `/readyz` is 503 with reasons while it should get no traffic. */
export function healthPages(reasonsAgainst: () => readonly string[]): Page[] {
  return [
    { name: 'livez', path: '/livez', answer: () => jsonPage({ status: 'alive' }) },
    {
      name: 'readyz',
      path: '/readyz',
      answer() {
        const reasons = reasonsAgainst();
        return reasons.length === 0 ? jsonPage({ status: 'ready' }) : jsonPage({ status: 'not_ready', reasons }, 503);
      },
    },
  ];
}
