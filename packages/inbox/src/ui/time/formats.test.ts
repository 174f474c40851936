import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dayName, dueTime, shortTime } from './formats.ts'

const now = new Date(2026, 4, 12, 14, 0).getTime() / 1000
const ago = (seconds: number) => shortTime(now - seconds, now, 'en')

describe('time in words', () => {
  it('is relative up to a day, then a date', () => {
    assert.equal(ago(5), 'now')
    assert.equal(ago(5 * 60), '5 min')
    assert.equal(ago(48 * 60), '48 min')
    assert.equal(ago(3 * 3600), '3 hr')
    assert.equal(ago(86_400), 'May 11')
    assert.equal(ago(86_400 * 300), 'Jul 16, 2025')
  })

  it('calls a clock that runs ahead "now"', () => {
    assert.equal(ago(-20), 'now')
  })

  it('names today and yesterday by the calendar, not by 24 hours', () => {
    assert.equal(dayName(now - 60, now, 'en'), 'Today')
    assert.equal(dayName(new Date(2026, 4, 11, 23, 59).getTime() / 1000, now, 'en'), 'Yesterday')
    assert.equal(dayName(new Date(2026, 4, 8).getTime() / 1000, now, 'en'), 'Friday, May 8')
    assert.equal(dayName(new Date(2025, 4, 8).getTime() / 1000, now, 'en'), 'Thursday, May 8, 2025')
  })

  it('names yesterday around the change of the clocks, in the zone of the reader', (t) => {
    const zone = process.env.TZ
    t.after(() => {
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    })
    const changes = [
      // 23 and 25 hours in Berlin, at midnight in Beirut, half an hour on Lord Howe
      ...[
        ['Europe/Berlin', 2026, 2, 29],
        ['Europe/Berlin', 2026, 9, 25],
        ['Asia/Beirut', 2026, 2, 29],
      ],
      ...[
        ['America/New_York', 2026, 10, 1],
        ['Australia/Lord_Howe', 2026, 3, 5],
      ],
    ] as const
    for (const [where, year, month, date] of changes) {
      process.env.TZ = where
      const at = (days: number, hour: number, minute: number) =>
        new Date(year, month, date + days, hour, minute).getTime() / 1000
      for (const [hour, minute] of [
        [0, 10],
        [0, 40],
        [12, 0],
        [23, 50],
      ] as const)
        for (const today of [0, 1])
          for (const [then, minutes] of [
            [0, 5],
            [23, 55],
          ] as const) {
            const name = (days: number) => dayName(at(today + days, then, minutes), at(today, hour, minute), 'en')
            assert.equal(name(-1), 'Yesterday', `${where}, ${today} day after, ${hour}:${minute}`)
            assert.notEqual(name(-2), 'Yesterday', `${where}, ${today} day after, ${hour}:${minute}`)
          }
    }
  })

  it('adds the date to what is due on another day', () => {
    assert.match(dueTime(now + 60, now, 'en'), /^2:01\sPM$/)
    assert.match(dueTime(now + 86_400, now, 'en'), /^May 13, 2:00\sPM$/)
    assert.match(dueTime(new Date(2025, 4, 12, 14).getTime() / 1000, now, 'en'), /^May 12, 2025, 2:00\sPM$/)
  })
})
