/**
 * Colours. A theme says how the picture is lit, a palette how the person looks; both are data.
 *
 * `haze` is what far limbs fade into, `fade` how much; `line` the outline at 200 px to the metre; `ink` is mixed
 * into every outline by `inked`. `flat` themes (print) paint outline and fill one after the other and the focus as a
 * dashed ring. `night` says that the palette's colours for dark paper are used.
 */
const LIGHT = {
  paper: '#ffffff', haze: '#f3f5f6', fade: 0.36, ink: '#22323f', inked: 0.58, line: 1.15, shadow: 0.16, ghost: 0.15,
  mat: '#cfdcd8', edge: '#aebfba', prop: '#d8cbb8', propEdge: '#b9a78d', cloth: '#e8dfd0', band: '#b8487a',
  accent: '#e0662b', halo: '#ffffff',
};

/** A dark or coloured stage on which the figure stands: everything that lies far off has the colour of the paper. */
const stage = (paper, more) => ({ ...LIGHT, paper, haze: paper, halo: paper, fade: 0.42, ...more });

export const THEMES = {
  light: LIGHT,
  dark: stage('#141c24', {
    night: true, ink: '#0b1117', shadow: 0.35, ghost: 0.2, fade: 0.45, mat: '#2c3b42', edge: '#22303a',
    prop: '#6b5f50',
    propEdge: '#51483d', cloth: '#7b7468', band: '#d977a4', accent: '#ff9257',
  }),
  pine: stage('#0c3a32', {
    night: true, ink: '#04201b', shadow: 0.34, ghost: 0.22, mat: '#2b5c51', edge: '#1f4a41', prop: '#7d8a72',
    propEdge: '#5f6d58', cloth: '#b9b59f', band: '#e58ab3', accent: '#ff9f5a',
  }),
  sand: stage('#f3e6d3', {
    ink: '#2a2115', mat: '#d9c9ae', edge: '#bda98a', prop: '#c9b391', propEdge: '#a08a69', cloth: '#efe6d8',
    band: '#a83b6b',
    accent: '#b9511a',
  }),
  dusk: stage('#26345c', {
    night: true, ink: '#121a33', shadow: 0.34, ghost: 0.22, mat: '#46568a', edge: '#364677', prop: '#858aa8',
    propEdge: '#666c8d', cloth: '#b4b8cf', band: '#f0a2c6', accent: '#ffb27a',
  }),
  print: {
    ...LIGHT, flat: true, haze: '#ffffff', fade: 0.3, ink: '#111111', inked: 0.8, line: 1.25, shadow: 0.12,
    mat: '#ececec', edge: '#c4c4c4', prop: '#e2e2e2', propEdge: '#b5b5b5', cloth: '#f4f4f4', band: '#555555',
    accent: '#111111',
    person: { skin: '#f2f2f2', shirt: '#cfcfcf', trousers: '#8c8c8c', hair: '#3a3a3a' },
  },
  contrast: stage('#000000', {
    fade: 0, ink: '#000000', inked: 1, line: 1.8, shadow: 0, ghost: 0.3, mat: '#333333', edge: '#ffffff',
    prop: '#5a5a5a',
    propEdge: '#3a3a3a', cloth: '#777777', band: '#ff7ad9', accent: '#ffe600',
    person: { skin: '#ffffff', shirt: '#9ad7ff', trousers: '#d0d0d0', hair: '#8a8a8a' },
  }),
};

const lit = (day, night) => ({ day, night });

/** Skin from the lightest to the darkest, by day on light paper and by night on dark. */
export const SKINS = {
  s1: lit('#f0c9ac', '#e6bb9c'),
  s2: lit('#e2b08c', '#d9a680'),
  s3: lit('#c68a5e', '#c98f64'),
  s4: lit('#8a5a3c', '#99674a'),
  s5: lit('#5f3d2b', '#7a5240'),
};

export const HAIRS = {
  black: lit('#231c1a', '#4a3d38'),
  brown: lit('#4a3730', '#6b5247'),
  red: lit('#96502c', '#ab6238'),
  blond: lit('#b88b4d', '#c2985c'),
  grey: lit('#9a9a98', '#a9a9a7'),
};

/** Shirt and trousers. */
export const CLOTHES = {
  teal: lit(['#3f9c98', '#3c5876'], ['#4fb0ab', '#6d8db1']),
  ochre: lit(['#c98a2b', '#3a4c4a'], ['#dca045', '#6b8682']),
  violet: lit(['#7a5ca6', '#4b4758'], ['#9d80c8', '#837e98']),
  rose: lit(['#c24f68', '#35475c'], ['#d8677f', '#6a829f']),
  moss: lit(['#6f8f4e', '#4a4a3f'], ['#8aab66', '#8b8a78']),
};

const MANNEQUIN = {
  day: { skin: '#d5dbe3', shirt: '#a9b8c8', trousers: '#6f8496', hair: '#8796a5' },
  night: { skin: '#c3ccd6', shirt: '#93a5b8', trousers: '#6d8296', hair: '#8293a4' },
};

/** Named palettes: "skin-hair-clothes", which may also be given itself, and the mannequin, which has no face. */
export const PALETTES = {
  teal: 's2-brown-teal', ochre: 's4-black-ochre', violet: 's1-blond-violet', rose: 's3-grey-rose', mannequin: '',
};

/** The person of a palette: {day, night, plain}; null for an unknown one. */
function personOf(palette) {
  if (palette === 'mannequin') return { ...MANNEQUIN, plain: true };
  const [skin, hair, clothes, ...more] = String(PALETTES[palette] || palette).split('-');
  const parts = [SKINS[skin], HAIRS[hair], CLOTHES[clothes]];
  if (more.length || parts.includes(undefined)) return null;
  const at = (hour) => {
    const [shirt, trousers] = parts[2][hour];
    return { skin: parts[0][hour], shirt, trousers, hair: parts[1][hour] };
  };
  return { day: at('day'), night: at('night'), plain: false };
}

/**
 * Colours of a picture: the theme with skin, shirt, trousers and hair filled in, on `paper` where it is given. Unknown
 * names are errors.
 */
export function coloursFor(theme, palette, paper = '') {
  const light = THEMES[theme];
  const person = personOf(palette);
  if (!light || !person) throw new Error(`unknown theme or palette "${theme}", "${palette}"`);
  const under = paper ? { paper, haze: paper, halo: paper } : {};
  return { ...light, ...under, plain: person.plain, ...person[light.night ? 'night' : 'day'], ...light.person };
}

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const mixed = new Map();

/** The colour t (0..1) of the way from a to b, both "#rrggbb". */
export function blend(a, b, t) {
  const share = Math.round(t * 50) / 50;
  if (share <= 0 || a === b) return a;
  if (share >= 1) return b;
  const key = a + b + share;
  if (!mixed.has(key)) {
    if (mixed.size > 4000) mixed.clear();
    const to = channels(b);
    const parts = channels(a).map((c, i) => Math.round(c + (to[i] - c) * share).toString(16).padStart(2, '0'));
    mixed.set(key, `#${parts.join('')}`);
  }
  return mixed.get(key);
}
