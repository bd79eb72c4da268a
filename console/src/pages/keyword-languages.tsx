import { useState, type FormEvent } from 'react'
import { Button, Group, Modal, NavLink, Select, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, useNavigate } from '@tanstack/react-router'
import { IconPlus } from '@tabler/icons-react'
import type { LanguageKeywords } from '../../../src/contract/consent.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { languageCode, languageName } from './keyword-words.ts'

interface LanguagesProps {
  channelId: string
  entries: LanguageKeywords[]
  selected: string
}

/** The languages of a channel: a list beside the editor, a choice above it on small screens. */
export function KeywordLanguages({ channelId, entries, selected }: LanguagesProps) {
  const [adding, dialog] = useDisclosure(false)
  const navigate = useNavigate()
  const go = (language: string) =>
    navigate({ to: '/channels/$channelId', params: { channelId }, search: { tab: 'keywords', language }, resetScroll: false })
  const add = (
    <GuardedButton role="admin" variant="default" leftSection={<IconPlus size={15} />} onClick={dialog.open}>
      Add a language
    </GuardedButton>
  )
  return (
    <>
      <Group hiddenFrom="lg" gap="xs" mb="md" align="end">
        <Select
          label="Language"
          data={entries.map((entry) => ({ value: entry.language, label: entry.languageName + (entry.isDefault ? '' : ' · changed') }))}
          value={selected}
          onChange={(language) => language && go(language)}
          allowDeselect={false}
          searchable
          className="grow"
        />
        {add}
      </Group>
      <div className="keyword-languages">
        <Section title="Languages">
          <nav aria-label="Languages">
            {entries.map((entry) => (
              <LanguageLink key={entry.language} channelId={channelId} entry={entry} isSelected={entry.language === selected} />
            ))}
          </nav>
          <div className="section-body">{add}</div>
        </Section>
      </div>
      {adding && <AddLanguage known={entries.map(({ language }) => language)} onClose={dialog.close} onAdd={go} />}
    </>
  )
}

function LanguageLink({ channelId, entry, isSelected }: { channelId: string; entry: LanguageKeywords; isSelected: boolean }) {
  return (
    <NavLink
      renderRoot={(props) => (
        <Link
          to="/channels/$channelId"
          params={{ channelId }}
          search={{ tab: 'keywords', language: entry.language }}
          resetScroll={false}
          {...props}
        />
      )}
      label={entry.languageName}
      rightSection={entry.isDefault ? undefined : <span className="changed">changed</span>}
      active={isSelected}
      aria-current={isSelected ? 'true' : undefined}
      className="nav-link"
    />
  )
}

interface AddLanguageProps {
  known: string[]
  onClose: () => void
  onAdd: (language: string) => void
}

function AddLanguage({ known, onClose, onAdd }: AddLanguageProps) {
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string>()
  const code = languageCode(typed)
  function add(event: FormEvent) {
    event.preventDefault()
    if (!code) return setProblem('Enter the code of a language, such as sv or pt-BR')
    onClose()
    onAdd(code)
  }
  const name = code && `${languageName(code)}${known.includes(code) ? ', which is in the list' : ''}`
  return (
    <Modal opened onClose={onClose} title="Add a language">
      <form onSubmit={add} noValidate>
        <Stack>
          <TextInput
            label="Code of the language"
            description={name ?? 'Such as sv, pt-BR or zh-Hant'}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value)
              setProblem(undefined)
            }}
            error={problem}
            maxLength={35}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm">
              Go on
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
