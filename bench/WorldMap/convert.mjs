// Makes src/Guard.Host/wwwroot/world.txt: one line a country, "GB M…" with SVG paths on an equirectangular sheet of 1000 x 430 units.
//   npm pack world-atlas i18n-iso-countries    # Natural Earth's public-domain shapes as TopoJSON (ISC); ISO numeric codes (MIT)
//   node convert.mjs countries-50m.json codes.json > world.txt
import { readFileSync } from 'node:fs';

const [atlasFile, codesFile] = process.argv.slice(2);
const atlas = JSON.parse(readFileSync(atlasFile));
const alpha2 = new Map(JSON.parse(readFileSync(codesFile)).map(([two, , numeric]) => [numeric, two]));
// Natural Earth gives these no number of their own.
const unnumbered = { Kosovo: 'XK', Somaliland: 'SO', 'N. Cyprus': 'CY' };

const { scale: [sx, sy], translate: [tx, ty] } = atlas.transform;
const arcs = atlas.arcs.map(arc => {
  let x = 0, y = 0;
  return arc.map(([dx, dy]) => [(x += dx) * sx + tx, (y += dy) * sy + ty]);
});
const arcOf = index => index >= 0 ? arcs[index] : [...arcs[~index]].reverse();
const project = ([longitude, latitude]) => [(longitude + 180) / 360 * 1000, (84 - latitude) / 360 * 1000];

function ring(indexes) {
  const points = unwrap(indexes.flatMap((index, at) => at === 0 ? arcOf(index) : arcOf(index).slice(1)).map(project));
  const kept = [];
  for (const [x, y] of simplify(points, 0.45)) {
    const point = [Math.round(x * 2) / 2, Math.round(y * 2) / 2];
    const last = kept.at(-1);
    if (!last || last[0] !== point[0] || last[1] !== point[1]) kept.push(point);
  }
  if (kept.length > 1 && kept[0][0] === kept.at(-1)[0] && kept[0][1] === kept.at(-1)[1]) kept.pop();
  return { points: kept, area: area(points), middle: middle(points) };
}

// A shape that crosses the 180th meridian goes on beyond the sheet instead of jumping to its other side.
function unwrap(points) {
  let shift = 0;
  return points.map(([x, y], at) => {
    if (at > 0 && Math.abs(x - points[at - 1][0]) > 500) shift += x < points[at - 1][0] ? 1000 : -1000;
    return [x + shift, y];
  });
}

// Ramer, Douglas and Peucker: drops what lies within the tolerance of a straight line.
function simplify(points, tolerance) {
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const waiting = [[0, points.length - 1]];
  while (waiting.length) {
    const [from, to] = waiting.pop();
    let far = -1, distance = tolerance;
    for (let at = from + 1; at < to; at++) {
      const away = toLine(points[at], points[from], points[to]);
      if (away > distance) [far, distance] = [at, away];
    }
    if (far < 0) continue;
    keep[far] = 1;
    waiting.push([from, far], [far, to]);
  }
  return points.filter((_, at) => keep[at]);
}

function toLine([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

const area = points => Math.abs(points.reduce((sum, [x, y], at) => { const [u, v] = points[(at + 1) % points.length]; return sum + x * v - u * y; }, 0)) / 2;
const middle = points => [0, 1].map(axis => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
const text = points => {
  const beyond = Math.max(...points.map(([x]) => x)) > 1000 ? -1000 : Math.min(...points.map(([x]) => x)) < 0 ? 1000 : 0;
  return path(points) + (beyond ? path(points.map(([x, y]) => [x + beyond, y])) : '');
};
const path = points => 'M' + points[0].join(' ') + points.slice(1).map(([x, y], at) => 'l' + [x - points[at][0], y - points[at][1]].join(' ')).join('') + 'z';

const shapes = new Map();
for (const shape of atlas.objects.countries.geometries) {
  const code = alpha2.get(shape.id) ?? unnumbered[shape.properties.name];
  if (!code || code === 'AQ' || !shape.arcs) continue;
  const rings = (shape.type === 'Polygon' ? shape.arcs : shape.arcs.flat()).map(ring).sort((a, b) => b.area - a.area);
  const visible = rings.filter(one => one.area > 0.6 && one.points.length > 2);
  let drawn = visible.map(one => text(one.points)).join('');
  // What is too small to see or to hit gets a dot.
  if (rings[0].area < 4) {
    const [x, y] = rings[0].middle.map(value => Math.round(value * 2) / 2);
    drawn += `M${x - 1.5} ${y}a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0z`;
  }
  shapes.set(code, (shapes.get(code) ?? '') + drawn);
}
process.stdout.write('# Natural Earth, public domain, from the npm package world-atlas (ISC); made by bench/WorldMap/convert.mjs. Equirectangular, 1000 x 430.\n');
for (const [code, path] of [...shapes].sort(([a], [b]) => a < b ? -1 : 1)) process.stdout.write(`${code} ${path}\n`);
