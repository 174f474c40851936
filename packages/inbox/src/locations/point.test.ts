import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pointIn } from './point.ts'

const near = (text: string) => {
  const found = pointIn(text)
  return found && [Number(found.latitude.toFixed(4)), Number(found.longitude.toFixed(4))]
}

describe('the place in pasted text', () => {
  const pier = [52.3791, 4.9003]
  for (const text of [
    '52.3791, 4.9003',
    ' 52.3791 4.9003\n',
    '(52.3791,4.9003)',
    '52.3791° ; 4.9003°',
    '52,3791 4,9003',
    '52,3791; 4,9003',
    '52°22\'44.76"N 4°54\'1.08"E',
    '52° 22.746′ N, 4° 54.018′ E',
    'geo:52.3791,4.9003?z=17',
    'https://www.google.com/maps/place/Pier+7/@52.3,4.8,15z/data=!3m1!4b1!4m6!3m5!8m2!3d52.3791!4d4.9003!16s',
    'https://www.google.com/maps/@52.3791,4.9003,17z',
    'https://maps.google.com/?q=52.3791,4.9003',
    'https://maps.google.com/maps?q=loc:52.3791,+4.9003',
    'https://www.google.com/maps/search/?api=1&query=52.3791%2C4.9003',
    'https://www.google.com/maps/search/52.3791,+4.9003',
    'https://www.google.com/maps/dir/?api=1&destination=52.3791,4.9003',
    'https://maps.apple.com/?ll=52.3791,4.9003&q=Pier%207',
    'https://maps.apple.com/place?coordinate=52.3791,4.9003',
    'https://www.openstreetmap.org/?mlat=52.3791&mlon=4.9003#map=17/52.3/4.8',
    'https://www.openstreetmap.org/#map=17/52.3791/4.9003',
    'https://www.bing.com/maps?cp=52.3791~4.9003&lvl=17',
    'https://waze.com/ul?ll=52.3791,4.9003&navigate=yes',
    'https://yandex.com/maps/?ll=4.9003%2C52.3791&z=17',
    'https://yandex.ru/maps/?pt=4.9003,52.3791',
  ])
    it(`is found in ${text.trim()}`, () => assert.deepEqual(near(text), pier))

  it('may be south and west', () => {
    assert.deepEqual(near('-33.8568 -151.2153'), [-33.8568, -151.2153])
    assert.deepEqual(near('33°51\'24"S 151°12\'55"W'), [-33.8567, -151.2153])
  })

  for (const text of [
    '',
    'Pier 7',
    '52.3791',
    '91, 4',
    '52, 181',
    '1.2.3, 4',
    'javascript:alert(52,4)',
    'https://acme.example/52.3791,4.9003',
    'https://maps.app.goo.gl/abc',
    'https://www.google.com/maps?q=Pier+7',
    'https://www.google.com/maps/@%,4',
    'https://www.google.com/maps/@91,4,3z',
    `52.${'1'.repeat(10_000)}x, 4`,
  ])
    it(`is not found in ${text.slice(0, 50) || 'nothing'}`, () => assert.equal(pointIn(text), null))
})
