import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { escapeHtml, html, trustMarkup } from './html.ts'

test('texts are escaped, mark-up and lists are inserted, nothing is nothing', () => {
  const page = html`<p title="${'"'}">${['a<b', html`<i>${'&'}</i>`, 3]}${null}${undefined}${trustMarkup('<b>x</b>')}</p>`
  assert.equal(page.text, '<p title="&#34;">a&#60;b<i>&#38;</i>3<b>x</b></p>')
})

test('any text comes back as it was from content and attribute, and makes no element', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const { document } = parseHTML(html`<html><body><p title="${text}">${text}</p></body></html>`.text)
      const shown = text.replace(/[^\P{Cc}\t\n\r]/gu, '\u{fffd}')
      assert.equal(document.querySelector('p')?.getAttribute('title'), shown)
      assert.equal(document.querySelector('p')?.textContent, shown)
      assert.equal(document.querySelectorAll('*').length, 3)
    }),
  )
})

test('control characters HTML forbids are replaced', () => {
  assert.equal(escapeHtml('a\u0000b\u001bc\td\n'), 'a\u{fffd}b\u{fffd}c\td\n')
})
