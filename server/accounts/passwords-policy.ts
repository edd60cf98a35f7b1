import { Refusal } from '../base/errors.ts';

/** Of the passwords that are tried first, those with eight characters or more. */
const common = new Set(
  `12345678 123456789 1234567890 password password1 password12 password123 passw0rd p@ssw0rd p@ssword qwertyui qwertyuiop qwerty123
  qwerty12 qwerty1234 qwertz123 qwertzui qwertzuiop 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc qazwsxedc zaq12wsx zaq1zaq1
  abcd1234 abc12345 abc123456 abcdefgh abcdefghi asdfghjk asdfghjkl asdf1234 asdfasdf zxcvbnm1 zxcvbnm123 iloveyou iloveyou1 iloveyou2
  sunshine sunshine1 princess princess1 football football1 baseball baseball1 basketball superman superman1 batman123 starwars starwars1
  pokemon1 pokemon123 michael1 michelle jennifer jordan23 jonathan danielle jessica1 ashley123 charlie1 thomas123 nicholas samantha
  alexander alexandra benjamin victoria elizabeth christian christopher patricia veronica caroline stephanie sebastian
  dragon123 monkey123 shadow123 master123 letmein1 letmein123 welcome1 welcome12 welcome123 trustno1 whatever whatever1 computer computer1
  internet internet1 corvette mercedes mustang1 ferrari1 chocolate chocolate1 butterfly cheese123 cookie123 banana123 orange123
  liverpool liverpool1 arsenal1 chelsea1 barcelona manchester realmadrid juventus1 blink182 metallica nirvana1 slipknot slipknot1
  changeme changeme1 changeme123 administrator admin123 admin1234 admin12345 root1234 rootroot test1234 test12345 testtest testing1
  testing123 secret12 secret123 secret1234 default1 temp1234 temporary guest123 user1234 username demo1234 server123 system123
  a1b2c3d4 a1b2c3d4e5 aa123456 aa12345678 q1w2e3r4 q1w2e3r4t5 1a2b3c4d 123qweasd 123qweasdzxc 1234qwer qwer1234 qweasdzxc 123abc123 123123123
  12341234 11223344 1122334455 112233445566 87654321 987654321 9876543210 0987654321 147258369 159357258 741852963 123654789 789456123
  123456abc 123456789a 123456789q 1234567a 12345678a 12345qwert 12345abc abcabc123 love1234 lovelove lovers123 fuckyou1 fuckyou2 fuckyou123
  asshole1 pussy123 killer123 hunter22 freedom1 america1 canada123 france123 germany1 deutschland hallo123 hallohallo passwort passwort1
  passwort123 sommer123 schatz123 ichliebedich motdepasse azertyui azertyuiop azerty123 bonjour1 jetaime1 soleil123 contrasena contraseña
  teamo123 password! password1! password123! qwerty123! welcome1! summer2023 summer2024 summer2025 winter2023 winter2024 winter2025
  spring2024 spring2025 autumn2024 autumn2025 january1 february september december1 november1 october1 minecraft minecraft1 fortnite
  fortnite1 roblox123 discord1 discord123 folkmoot folkmoot1 folkmoot123 correcthorse correcthorsebatterystaple`.split(
    /\s+/,
  ),
);

/** Throws Refusal `weak_password` for what is guessed first. The length was checked by the schema. */
export function requireStrongPassword(password: string, handle: string): void {
  const text = password.toLowerCase();
  if (common.has(text)) throw new Refusal('weak_password', { reason: 'common' });
  if (new Set(text).size < 4) throw new Refusal('weak_password', { reason: 'repetitive' });
  if (text.includes(handle) && text.length < handle.length + 6)
    throw new Refusal('weak_password', { reason: 'handle' });
}
