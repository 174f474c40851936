import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ReportLimit, TypingThrottle } from './throttle.ts'

describe('the throttle of typing', () => {
  let now = 0
  const at = (seconds: number) => {
    now = seconds * 1_000
  }

  it('says that somebody writes every 3 seconds, and once that they stopped', () => {
    const throttle = new TypingThrottle(3_000, () => now)
    const says = (seconds: number, isTyping: boolean) => {
      at(seconds)
      return throttle.isNews('cnv', 'noor', isTyping)
    }
    assert.deepEqual([says(0, true), says(2.9, true), says(3, true)], [true, false, true])
    assert.deepEqual([says(4, false), says(4, false)], [true, false])
    assert.deepEqual([says(5.9, true), says(5.9, false), says(6, true)], [false, false, true])
  })

  it('does not say the end of what has ended by itself, or of somebody who was not shown', () => {
    const throttle = new TypingThrottle(3_000, () => now)
    at(10)
    assert.equal(throttle.isNews('cnv', 'noor', false), false)
    assert.equal(throttle.isNews('cnv', 'noor', true), true)
    assert.equal(throttle.isNews('cnv', 'ben', true), false)
    assert.equal(throttle.isNews('cnv', 'ben', false), false)
    at(16)
    assert.equal(throttle.isNews('cnv', 'noor', false), false)
  })

  it('keeps each conversation by itself', () => {
    const throttle = new TypingThrottle(3_000, () => now)
    assert.deepEqual([throttle.isNews('a', 'noor', true), throttle.isNews('b', 'noor', true)], [true, true])
  })

  it('takes so many reports of a channel a second, whatever others send', () => {
    at(0)
    const limit = new ReportLimit(3, () => now)
    const take = (channel: string, times: number) => Array.from({ length: times }, () => limit.take(channel))
    assert.deepEqual(take('a', 4), [true, true, true, false])
    assert.deepEqual(take('b', 1), [true])
    at(1)
    assert.deepEqual(take('a', 4), [true, true, true, false])
  })
})
