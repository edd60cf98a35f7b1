// Loaded into a homeserver before anything else: lets its starter move its clock forward.
const now = Date.now;
let ahead = 0;
Date.now = () => now() + ahead;
process.on('message', (message) => {
  if (typeof message?.ahead !== 'number') return;
  ahead = message.ahead;
  process.send?.({ ahead });
});
// A starter that is gone stops nothing any more.
process.once('disconnect', () => process.exit(1));
// The channel alone must not keep the process alive.
process.channel?.unref();
