import { createHash } from 'node:crypto';
import type { RowUpdate, TagUpdate } from '../../ports/store';

/** A program that the server runs as one atomic step. */
export class Script {
  /** By which the server knows a script that it has run before. */
  readonly sha1: string;

  constructor(readonly text: string) {
    this.sha1 = sha1(text);
  }
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** Mirrors `updatedRow` of the domain. */
export const rowScript = new Script(`
local change, lease, ms = ARGV[1], ARGV[2], ARGV[3]
local row = redis.pcall('GET', KEYS[1])
if type(row) ~= 'string' then row = '' end
local held, till, expired, payload = '', 0, 0, row
local first, last, a, b, c = string.find(row, '^t2!([%w_.-]*),(%d+),(%d+);')
if first and #b <= 16 and #c <= 16 then held, till, expired, payload = a, tonumber(b), tonumber(c), string.sub(row, last + 1) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function write(text, left)
  if text == '' then redis.call('UNLINK', KEYS[1])
  elseif left < 0 then redis.call('SET', KEYS[1], text)
  else redis.call('SET', KEYS[1], text, 'PX', string.format('%.0f', math.max(left, 1))) end
end
local function marked(id, till, expired)
  if id == '' and (expired == 0 or payload == '') then return payload end
  return string.format('t2!%s,%.0f,%.0f;', id, till, expired) .. payload
end
if change == 'expire' then
  write(marked('', 0, expired == 0 and now or expired), redis.call('PTTL', KEYS[1]))
  return { 'done' }
end
if change == 'swap' then
  if redis.sha1hex(row) ~= ARGV[2] then return { 'changed' } end
  write(ARGV[4], tonumber(ms))
  return { 'done' }
end
if change == 'lease' then
  if held ~= '' and till > now and till <= now + 60000 then return { 'held', held, string.format('%.0f', till - now) } end
  if payload ~= '' and redis.sha1hex(payload) ~= ARGV[4] then return { 'changed' } end
elseif held == '' or held ~= lease then return { 'changed' } end
if change == 'replace' then write(ARGV[4], tonumber(ms))
elseif change == 'release' then write(marked('', 0, expired), redis.call('PTTL', KEYS[1]))
else
  local left = tonumber(ms)
  if payload ~= '' then
    local payloadLeft = redis.call('PTTL', KEYS[1])
    left = payloadLeft < 0 and payloadLeft or math.max(payloadLeft, left)
  end
  write(marked(lease, now + ms, expired), left)
end
return { 'done' }
`);

export function rowArguments(update: RowUpdate): readonly string[] {
  switch (update.change) {
    case 'lease':
      return [update.change, update.lease, String(update.leaseMs), update.payload === undefined ? '' : sha1(update.payload)];
    case 'renew':
      return [update.change, update.lease, String(update.leaseMs)];
    case 'replace':
      return [update.change, update.lease, ttlArgument(update.ttlMs), update.payload];
    case 'swap':
      return [update.change, sha1(update.seen), ttlArgument(update.ttlMs), update.payload];
    case 'release':
      return [update.change, update.lease];
    case 'expire':
      return [update.change];
  }
}

function ttlArgument(ms: number): string {
  return ms === Infinity ? '-1' : String(Math.ceil(ms));
}

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
