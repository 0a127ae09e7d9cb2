import type { RowReply, RowUpdate } from '../../ports/store';
import { Script, sha1 } from './script';

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

export function rowReplyIn(reply: unknown): RowReply {
  const [outcome, lease, leftMs] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (outcome === 'done' || outcome === 'changed') return { outcome };
  if (outcome === 'held' && typeof lease === 'string') return { outcome, lease, leftMs: Number(leftMs) };
  throw new Error('the server did not answer as the script does');
}
