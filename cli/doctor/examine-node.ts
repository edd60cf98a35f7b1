import { type Finding, under } from './finding.ts';

const OLDEST = 24;

export function examineNode(): Finding {
  const { ok, fail } = under('Node.js');
  const { node } = process.versions;
  if (Number(node.split('.')[0]) >= OLDEST) return ok(node);
  return fail(`${node} is too old`, `Use Node ${OLDEST} or later; npm start brings its own.`);
}
