import { SqliteQueryCompiler } from 'kysely';

/**
 * Keeps values out of sight of the planner. SQLite compiles a join anew for each value of a bare parameter, which takes ten times as long
 * as running it; into an expression it does not look.
 */
export class SqliteCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return 'coalesce(?, NULL)';
  }
}
