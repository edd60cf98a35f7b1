import { Type } from 'typebox';

export const strict = { additionalProperties: false } as const;

/** Rows of one answer: few enough for one line on the socket. */
export const PAGE = 500;

export const Limit = Type.Integer({ minimum: 1, maximum: PAGE });

/** Where the page before ended. */
export const After = Type.Optional(
  Type.Object({ created: Type.Integer(), id: Type.String({ maxLength: 64 }) }, strict),
);
