import type { Community, Place } from '../../person.ts';

export const streamPath = ({ space, channel }: Place, rest = 'events') => `/spaces/${space}/streams/${channel}/${rest}`;
export const ofStream = (place: Place) => ['events', 'state', 'checkpoint'].map((rest) => streamPath(place, rest));
export const ofSpace = ({ space }: Community) => [
  `/spaces/${space}`,
  `/spaces/${space}/members`,
  ...ofStream({ space, channel: '_' }),
];
