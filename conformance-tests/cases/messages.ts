import { conformance } from '../case.ts';

export const messageCases = [
  conformance('MSG-1', 'a message reaches everybody who may see it', async ({ people }) => {
    const [author, reader] = await people('author', 'reader');
    const club = await author.founds('Tea club');
    await author.invites(reader);
    await author.says(club.general, 'hello');
    await reader.sees('message.created', (d) => d.message.content === 'hello');
  }),
];
