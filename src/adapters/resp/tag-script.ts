import type { TagTexts, TagUpdate } from '../../ports/store';
import { Script } from './script';

/** A script, so that two processes which invalidate in the same moment cannot undo one another. Mirrors `updatedTexts` of the domain. */
const text = `
local time, latest = redis.call('TIME'), 8e15
local function times(key)
  local text = redis.pcall('GET', key)
  if type(text) ~= 'string' or #text > 33 then return nil end
  local first, second = string.match(text, '^(%d+),(%d+)$')
  first, second = tonumber(first), tonumber(second)
  if first and second and first <= latest and second <= latest then return first, second end
end
local change, ttl, atLeast = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local function keep(key, text)
  local left = redis.call('PTTL', key)
  if left == -1 or ttl == 0 then redis.call('SET', key, text)
  else redis.call('SET', key, text, 'PX', string.format('%.0f', math.max(left, ttl))) end
end
local tags, highest = {}, 0
for i = 2, #KEYS do
  local removed, expired = times(KEYS[i])
  if removed then
    tags[i] = { removed, expired }
    highest = math.max(highest, removed, expired)
  end
end
local before, cleared = times(KEYS[1])
if before and (before == 0 or cleared > before) then before = nil end
local clock = math.max(before or (time[1] * 1000000 + time[2]), highest)
if change ~= 'none' then
  if atLeast <= time[1] * 1000000 + 86400000000 then clock = math.max(clock, atLeast) end
  clock = clock + 1
end
if not before or (#KEYS == 1 and change ~= 'none') then cleared = clock end
local texts = { string.format('%.0f,%.0f', clock, cleared) }
if clock ~= before then redis.call('SET', KEYS[1], texts[1]) end
for i = 2, #KEYS do
  local tag = tags[i]
  if tag and change == 'remove' then tag[1] = clock end
  if tag and change == 'expire' then tag[2] = clock end
  if not tag and change == 'none' then tag = { clock, 0 } end
  texts[i] = false
  if tag then
    texts[i] = string.format('%.0f,%.0f', tag[1], tag[2])
    keep(KEYS[i], texts[i])
  end
end
return texts
`;

export const tagScript = new Script(text);

/** On a full server: what it frees is worth the few bytes that it writes. Redis before 7 does not know the line, and refuses. */
export const tagScriptForFullServer = new Script(`#!lua flags=allow-oom\n${text}`);

export function tagArguments({ atLeast, change, tagTtlMs }: TagUpdate): readonly string[] {
  return [change, tagTtlMs === Infinity ? '0' : String(Math.ceil(tagTtlMs)), String(atLeast)];
}

export function tagTextsIn(reply: unknown): TagTexts {
  if (!Array.isArray(reply)) throw new Error('the server did not answer with a list');
  return reply.map((given) => (typeof given === 'string' ? given : undefined));
}
