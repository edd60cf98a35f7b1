/** An own choice of emoji: the sign, its name, and other words it is found by. */
const groups = {
  Smileys: `
😀 grinning happy|😃 smiley happy|😄 smile happy laugh|😁 beaming grin|😆 laughing squint|😅 sweat_smile relief|🤣 rofl laugh|😂 joy tears laugh|🙂 slight_smile|🙃 upside_down silly|🫠 melting|😉 wink|😊 blush happy|😇 innocent angel|🥰 loving hearts|😍 heart_eyes love|🤩 star_struck wow|😘 kiss|😋 yum tasty|😛 tongue|😜 wink_tongue crazy|🤪 zany|🤑 money_face|🤗 hug|🤭 giggle oops|🤫 shush quiet|🤔 thinking hmm|🫡 salute|🤐 zipper secret|🤨 raised_eyebrow doubt|😐 neutral|😑 expressionless|😶 no_mouth silent|🫥 dotted_face|😏 smirk|😒 unamused|🙄 rolling_eyes|😬 grimace awkward|🤥 lying|😌 relieved calm|😔 pensive sad|😪 sleepy|🤤 drool|😴 sleeping zzz|😷 mask ill|🤒 thermometer ill|🤕 hurt bandage|🤢 nauseated|🤮 vomit|🤧 sneeze cold|🥵 hot|🥶 cold_face freezing|🥴 woozy|😵 dizzy|🤯 mind_blown explode|🤠 cowboy|🥳 party celebrate|🥸 disguise|😎 sunglasses cool|🤓 nerd|🧐 monocle|😕 confused|😟 worried|🙁 frown|😮 open_mouth wow|😯 hushed|😲 astonished|😳 flushed|🥺 pleading puppy|🥹 holding_tears|😦 frowning_open|😨 fearful|😰 anxious|😥 sad_relieved|😢 cry sad|😭 sob crying|😱 scream|😖 confounded|😣 persevere|😞 disappointed|😓 downcast sweat|😩 weary|😫 tired|🥱 yawn bored|😤 huff triumph|😡 rage angry|😠 angry|🤬 swearing|😈 devil_smile|👿 imp|💀 skull dead|💩 poop|🤡 clown|👻 ghost|👽 alien|🤖 robot|😺 cat_smile|😹 cat_joy|😻 cat_love|🙀 cat_scream|😿 cat_cry|🙈 see_no_evil monkey|🙉 hear_no_evil|🙊 speak_no_evil`,
  People: `
👋 wave hello bye|🤚 back_hand|✋ hand stop|🖖 vulcan|👌 ok_hand|🤌 pinched|🤏 pinch small|✌️ victory peace|🤞 fingers_crossed luck|🫰 finger_heart|🤟 love_you|🤘 horns rock|🤙 call_me|👈 left|👉 right|👆 up|👇 down|☝️ point_up|👍 thumbsup yes good +1|👎 thumbsdown no bad -1|✊ fist|👊 punch bump|👏 clap bravo|🙌 raised_hands hooray|🫶 heart_hands|👐 open_hands|🤲 palms|🤝 handshake deal|🙏 pray thanks please|✍️ writing|💅 nails|🤳 selfie|💪 muscle strong|🧠 brain|👀 eyes look|👁️ eye|👄 mouth|👶 baby|🧒 child|🧑 person|👩 woman|👨 man|🧓 elder|🙋 raising_hand question|🙆 ok_gesture|🙅 no_gesture|🤷 shrug|🤦 facepalm|🙇 bow sorry|💁 tipping_hand|🧑‍💻 technologist coder|🧑‍🎨 artist|🧑‍🍳 cook|🧑‍🔬 scientist|🧑‍🏫 teacher|🧑‍🌾 farmer|🧑‍🚀 astronaut|🧑‍🚒 firefighter|🕵️ detective|💂 guard|🥷 ninja|🧙 mage wizard|🧚 fairy|🧛 vampire|🧟 zombie|🧞 genie|🚶 walking|🏃 running|💃 dancing|🕺 dancer_man|🧘 meditate yoga|🛌 in_bed|👫 couple|👪 family|🫂 hugging|👣 footprints|🗣️ speaking`,
  Nature: `
🐶 dog|🐱 cat|🐭 mouse|🐹 hamster|🐰 rabbit|🦊 fox|🐻 bear|🐼 panda|🐨 koala|🐯 tiger|🦁 lion|🐮 cow|🐷 pig|🐸 frog|🐵 monkey_face|🐔 chicken|🐧 penguin|🐦 bird|🐤 chick|🦆 duck|🦅 eagle|🦉 owl|🦇 bat|🐺 wolf|🐗 boar|🐴 horse|🦄 unicorn|🐝 bee|🐛 bug|🦋 butterfly|🐌 snail|🐞 ladybug|🐜 ant|🕷️ spider|🦂 scorpion|🐢 turtle|🐍 snake|🦎 lizard|🐙 octopus|🦑 squid|🦐 shrimp|🦀 crab|🐡 blowfish|🐠 fish|🐬 dolphin|🐳 whale|🦈 shark|🐊 crocodile|🐘 elephant|🦒 giraffe|🦘 kangaroo|🐑 sheep|🐐 goat|🦌 deer|🐓 rooster|🦃 turkey|🦚 peacock|🦜 parrot|🦢 swan|🐇 hare|🦝 raccoon|🦡 badger|🦫 beaver|🦦 otter|🐿️ squirrel chipmunk|🦔 hedgehog|🐾 paws|🐉 dragon|🌵 cactus|🎄 christmas_tree|🌲 evergreen tree|🌳 tree|🌴 palm|🌱 seedling|🌿 herb|☘️ shamrock|🍀 clover luck|🍁 maple|🍂 fallen_leaf autumn|🍄 mushroom|🌾 rice_grain|💐 bouquet|🌷 tulip|🌹 rose|🥀 wilted|🌺 hibiscus|🌸 blossom|🌻 sunflower|🌞 sun_face|🌝 moon_face|🌙 moon|🌍 earth|⭐ star|🌟 glowing_star|✨ sparkles|⚡ zap lightning|🔥 fire hot lit|🌈 rainbow|☀️ sun|⛅ partly_sunny|☁️ cloud|🌧️ rain|⛈️ storm|❄️ snowflake|⛄ snowman|💨 dash wind|💧 droplet|🌊 wave_water ocean`,
  Food: `
🍏 green_apple|🍎 apple|🍐 pear|🍊 orange|🍋 lemon|🍌 banana|🍉 watermelon|🍇 grapes|🍓 strawberry|🫐 blueberries|🍒 cherries|🍑 peach|🥭 mango|🍍 pineapple|🥥 coconut|🥝 kiwi|🍅 tomato|🍆 eggplant|🥑 avocado|🥦 broccoli|🥬 greens|🥒 cucumber|🌶️ chili hot_pepper|🌽 corn|🥕 carrot|🧄 garlic|🧅 onion|🥔 potato|🍠 sweet_potato|🥐 croissant|🍞 bread|🥖 baguette|🥨 pretzel|🧀 cheese|🥚 egg|🍳 cooking fried_egg|🥞 pancakes|🧇 waffle|🥓 bacon|🍗 drumstick|🌭 hotdog|🍔 burger|🍟 fries|🍕 pizza|🥪 sandwich|🌮 taco|🌯 burrito|🥗 salad|🍝 spaghetti|🍜 ramen noodles|🍲 stew|🍛 curry|🍣 sushi|🍱 bento|🥟 dumpling|🍤 prawn|🍙 onigiri|🍚 rice|🍦 ice_cream|🍰 cake|🎂 birthday|🧁 cupcake|🥧 pie|🍫 chocolate|🍬 candy|🍭 lollipop|🍿 popcorn|🍩 donut|🍪 cookie|🌰 chestnut|🍯 honey|🥛 milk|☕ coffee|🍵 tea|🧃 juice|🥤 soda|🍶 sake|🍺 beer|🍻 beers cheers|🥂 champagne toast|🍷 wine|🥃 whisky|🍸 cocktail|🧉 mate|🍽️ plate dinner`,
  Activities: `
⚽ soccer football|🏀 basketball|🏈 american_football|⚾ baseball|🎾 tennis|🏐 volleyball|🎱 billiards|🏓 ping_pong|🏸 badminton|🥊 boxing|🥋 martial_arts|⛳ golf|🏹 archery|🎣 fishing|🛹 skateboard|⛸️ skate|🎿 ski|🏂 snowboard|🏋️ lifting|🚴 cycling|🏊 swimming|🏄 surfing|🧗 climbing|🏆 trophy win|🥇 gold_medal first|🥈 silver_medal|🥉 bronze_medal|🎖️ medal|🎟️ ticket|🎪 circus|🎭 theatre|🎨 art paint|🎬 film movie|🎤 microphone sing|🎧 headphones|🎼 score|🎹 piano|🥁 drum|🎷 saxophone|🎺 trumpet|🎸 guitar|🎻 violin|🎲 dice game|♟️ chess|🎯 dart target|🎳 bowling|🎮 video_game|🕹️ joystick|🧩 puzzle|🎉 tada party|🎊 confetti|🎈 balloon|🎁 gift present|🎀 ribbon|🎃 pumpkin halloween|🎆 fireworks|🪄 magic_wand`,
  Places: `
🚗 car|🚕 taxi|🚌 bus|🚑 ambulance|🚒 fire_engine|🚓 police_car|🚚 truck|🚜 tractor|🚲 bicycle|🛵 scooter|🏍️ motorcycle|🚂 locomotive|🚆 train|🚇 metro|✈️ airplane|🚁 helicopter|🚀 rocket launch ship_it|🛸 ufo|⛵ sailboat|🚢 ship|⚓ anchor|🚧 construction|🗺️ map|🗿 moai|🏠 house|🏡 home_garden|🏢 office|🏥 hospital|🏫 school|🏰 castle|⛪ church|🕌 mosque|🕍 synagogue|🛕 temple|⛺ tent camp|🏕️ camping|🏖️ beach|🏔️ mountain|🌋 volcano|🌅 sunrise|🌃 night|🌉 bridge`,
  Objects: `
⌚ watch|📱 phone|💻 laptop|⌨️ keyboard|🖥️ desktop|🖨️ printer|🖱️ mouse_device|💾 floppy save|💿 disc|📷 camera|🎥 movie_camera|📺 tv|📻 radio|⏰ alarm|⏳ hourglass wait|🔋 battery|🔌 plug|💡 bulb idea|🔦 flashlight|🕯️ candle|🧯 extinguisher|💸 money_wings|💰 money_bag|💳 card|💎 gem|⚖️ scales|🔧 wrench fix|🔨 hammer|🛠️ tools|⚙️ gear|🧱 brick|🔗 link|🧲 magnet|🧪 test_tube|🧬 dna|🔬 microscope|🔭 telescope|💊 pill|🩹 plaster|🚪 door|🛏️ bed|🪑 chair|🚽 toilet|🧹 broom|🧺 basket|🧼 soap|🔑 key|🗝️ old_key|🔒 locked|🔓 unlocked|📦 package box|✉️ envelope mail|📧 email|📥 inbox|📤 outbox|📜 scroll|📄 page|📊 chart|📈 chart_up|📉 chart_down|📅 calendar|📌 pushpin pin|📎 paperclip|📏 ruler|✂️ scissors|🖊️ pen|📝 memo note|🔍 search magnifier|📚 books|📖 book|🔖 bookmark|🏷️ label|📣 megaphone announce|📢 loudspeaker|🔔 bell|🔕 no_bell mute|🧵 thread|👑 crown|🎩 top_hat|👓 glasses|🧣 scarf|👟 sneaker|🎒 backpack|☂️ umbrella|💣 bomb|🪓 axe|⚔️ swords|🛡️ shield`,
  Symbols: `
❤️ heart love red|🧡 orange_heart|💛 yellow_heart|💚 green_heart|💙 blue_heart|💜 purple_heart|🖤 black_heart|🤍 white_heart|🤎 brown_heart|💔 broken_heart|💖 sparkling_heart|💘 cupid|💝 gift_heart|💯 hundred 100|💢 anger|💥 boom collision|💫 dizzy_star|💦 sweat_drops|💤 zzz|💬 speech|💭 thought|✅ check done yes|☑️ ballot_check|✔️ check_mark|❌ cross no|❎ cross_box|➕ plus|➖ minus|➗ divide|✖️ times|❓ question|❔ white_question|❗ exclamation|‼️ double_exclamation|⚠️ warning|🚫 prohibited|⛔ no_entry|🔞 eighteen|♻️ recycle|🔰 beginner|🆗 ok|🆕 new|🆒 cool_button|🆓 free|🆘 sos|🔴 red_circle|🟠 orange_circle|🟡 yellow_circle|🟢 green_circle|🔵 blue_circle|🟣 purple_circle|⚫ black_circle|⚪ white_circle|🟥 red_square|🟩 green_square|🟦 blue_square|⬆️ arrow_up|⬇️ arrow_down|⬅️ arrow_left|➡️ arrow_right|🔄 refresh|🔁 repeat|▶️ play|⏸️ pause|⏹️ stop_button|⏭️ next|🔊 loud|🔇 muted|🎵 note_music|🎶 notes|♾️ infinity|☮️ peace_symbol|☯️ yin_yang|🏁 finish|🚩 red_flag|🏴 black_flag|🏳️ white_flag|🏳️‍🌈 rainbow_flag pride|🏳️‍⚧️ trans_flag pride|🏴‍☠️ pirate`,
} as const;

export interface Emoji {
  sign: string;
  name: string;
  words: readonly string[];
}

export interface EmojiGroup {
  name: string;
  emoji: readonly Emoji[];
}

/** All emoji of the picker, by group. */
export const emojiGroups: readonly EmojiGroup[] = Object.entries(groups).map(([name, text]) => ({
  name,
  emoji: text
    .trim()
    .split('|')
    .map((entry) => {
      const [sign = '', ...words] = entry.trim().split(' ');
      return { sign, name: words[0] ?? sign, words };
    }),
}));
