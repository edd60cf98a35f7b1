/** The tables as they are after the last migration. */
export interface Tables {}
