/** Said wherever somebody chooses to be on no member list. */
export const unlistedHelp =
  'Only you and those who may remove members see that you are here. What you say or do puts you on the list.';
