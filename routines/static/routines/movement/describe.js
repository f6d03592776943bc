/** Words for a figure, made from the same data as the picture: a title and a description in English or German. */
import { footRule } from '#routines/movement/feet.js';
import { moves, prepare } from '#routines/movement/motion.js';
import { noticed } from '#routines/movement/notice.js';
import { asProp } from '#routines/movement/props.js';
import { LANGUAGES } from '#routines/movement/words.js';

const mirrorOf = { R: 'L', L: 'R', both: 'both' };

/** The words of the posture a key starts from: the nearest base that has words, told as the legs are. */
function postureOf(layer, pose, postures, words) {
  let { base } = layer;
  while (base && !words.postures[base]) ({ base } = postures[base]);
  const free = ['R', 'L'].filter((side) => !footRule(pose.feet[side]).flat);
  const bent = (joint, least) => free.filter((side) => (pose.joints[`${joint}.${side}.flex`] || 0) > least).length;
  if (base !== 'hooklying' || !free.length) return words.postures[base] || words.postures.standing;
  if (bent('knee', 15) < free.length) return words.postures.one_straight;
  return words.postures[bent('hip', 84) === 2 ? 'knees_held' : 'knees_bent'];
}

/** Words with R, L and directions filled in; a mirrored figure tells the other side. */
function tell(words, [name, more], mirrored) {
  const text = words.changes[name];
  if (!text) throw new Error(`no words for the change "${name}"`);
  if (typeof more === 'number') return text.replace('{to}', words.to[(more > 0) === !mirrored ? 'R' : 'L']);
  const side = mirrored ? mirrorOf[more] : more;
  return typeof text === 'string' ? text : text[side === 'both' ? 1 : 0].replace('{side}', words.sides[side]);
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function joined(parts, and) {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${and} ${parts[parts.length - 1]}`;
}

/** Places of the hands and the props at the start. */
function startOf(figure, pose, words, mirrored) {
  const placed = ['R', 'L'].map((side) => {
    const spec = pose.hands[side];
    return words.held[(typeof spec === 'string' ? spec : spec.at).split('.')[0]];
  });
  const sideOf = (side) => words.sides[mirrored ? mirrorOf[side] : side];
  const hands = placed[0] && placed[0] === placed[1] ? [placed[0][1]]
    : ['R', 'L'].flatMap((side, i) => (placed[i]?.[0] ? [placed[i][0].replace('{side}', sideOf(side))] : []));
  const crossed = ['R', 'L'].filter((side) => footRule(pose.feet[side]).at);
  const feet = crossed.map((side) => words.crossed.replace('{side}', sideOf(side)));
  const props = (figure.props || []).map(asProp)
    .flatMap(({ type, at }) => words.props[at ? `${type}_${at}` : type] || []);
  return [...props, ...feet, ...hands];
}

/**
 * {title, description} of a figure. `language` is "en" or "de"; `mirrored` tells the version for the other side.
 * Throws an Error for a language that has no words.
 */
export function describe(figure, postures, { language = 'en', mirrored = false } = {}) {
  const words = LANGUAGES[language];
  if (!words) throw new Error(`no words in the language "${language}"`);
  const motion = prepare(figure, postures);
  const first = figure.order ? figure.order[0] : 0;
  const pose = motion.keys[first];
  const [posture, short] = postureOf(figure.keys[first], pose, postures, words).map((text) => (
    text.replace('{side}', words.sides[mirrored ? 'R' : 'L']).replace('{other}', words.sides[mirrored ? 'L' : 'R'])));
  const start = startOf(figure, pose, words, mirrored);
  const told = [];
  const steps = moves(figure);
  for (const name of figure.tells || []) told.push(sentence(tell(words, [name], mirrored)));
  for (const { from, to } of figure.tells ? [] : steps) {
    if (to === first && from !== first) continue;
    const parts = noticed(motion, from, to).map((change) => tell(words, change, mirrored));
    const text = sentence(joined(parts, words.and));
    if (parts.length && !told.includes(text)) told.push(text);
  }
  const back = steps.length && figure.returns !== false && !figure.tells ? [words.back] : [];
  const sentences = [sentence([posture, ...start].join(', ')), ...told, ...(told.length ? back : [words.still])];
  return { title: told.length ? `${short}: ${told[0].slice(0, -1)}` : short, description: sentences.join(' ') };
}
