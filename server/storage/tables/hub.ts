/** What other homeservers may know of the spaces of this one. */
export interface HubTables {
  /** Homeservers with members in a space of this one. Without members: up to where in `_` they may still read. */
  space_servers: {
    space: string;
    server: string;
    members: number;
    until_epoch: number | null;
    until_seq: number | null;
    /** Whether one of them may moderate members. */
    moderates: number;
  };
  /** Channels that a homeserver may see, or could once. */
  server_streams: { server: string; stream_no: number; space: string; stream: string; visible: number };
  /** What was said while a homeserver could not see a channel; without an end it still cannot. */
  hidden_intervals: {
    server: string;
    stream_no: number;
    from_epoch: number;
    from_seq: number;
    until_epoch: number | null;
    until_seq: number | null;
  };
  /** Lines of `_` about a member who joined unlisted and was never listed since; without a user it is hidden from everyone. */
  hidden_lines: { stream_no: number; epoch: number; seq: number; user: string };
  /** Homeservers that know such a member, though their home is another one. */
  member_knowers: { space: string; user: string; server: string };
  /** Channels, which not everybody may see, in which such a member did something. */
  unlisted_acts: { stream_no: number; user: string };
}
