import { useState, type ReactNode } from 'react'
import { Autocomplete, Button, Group, Modal, Radio, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { IconMessagePlus } from '@tabler/icons-react'
import type { Channel, ConnectorInfo } from '../../../src/contract/channels.ts'
import type { ConsentStatus } from '../../../src/contract/consent.ts'
import type { Individual, IndividualKind } from '../../../src/contract/individuals.ts'
import type { MessagingUser, MessagingUserCreate } from '../../../src/contract/messaging-users.ts'
import { ApiError, post } from '../api/client.ts'
import { channelsQuery, connectorsQuery, sendCheckQuery, userQuery } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { consentMeans, consentNeeds } from '../parts/consent-words.ts'
import { countryName, localNow, toIso } from '../parts/format.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { Problem } from '../parts/problem.tsx'
import { consentWords } from '../parts/words.ts'

interface NewConversationProps {
  individual: Individual
  /** The person has this address now, and can be written to where the gate allows it. */
  onStarted: (user: MessagingUser) => void
}

/** For whoever has not written yet: an address on a channel where people have one before they write. */
export function NewConversation({ individual, onStarted }: NewConversationProps) {
  const [opened, setOpened] = useState(false)
  const [isStarted, setIsStarted] = useState(false)
  const { data: channels } = useQuery(channelsQuery)
  const { data: connectors } = useQuery(connectorsQuery)
  const places = channels && connectors && placesOf(channels, connectors)
  return (
    <>
      <GuardedButton
        role="agent"
        variant="default"
        leftSection={<IconMessagePlus size={14} />}
        blockedBy={individual.convertedInto ? 'This lead became a contact: write to the contact' : undefined}
        loading={opened && !places}
        onClick={() => {
          setOpened(true)
          setIsStarted(false)
        }}
      >
        New conversation
      </GuardedButton>
      <Modal
        opened={opened && places !== undefined}
        onClose={() => setOpened(false)}
        // Once it is started, the focus is where one writes.
        returnFocus={!isStarted}
        title={`New conversation with ${individual.name}`}
      >
        {places?.length === 0 && <NoPlace />}
        {places && places.length > 0 && (
          <StartForm
            individual={individual}
            places={places}
            onClose={() => setOpened(false)}
            onStarted={(user) => {
              setOpened(false)
              setIsStarted(true)
              onStarted(user)
            }}
          />
        )}
      </Modal>
    </>
  )
}

/** A channel where people can be created before they write. */
interface Place {
  channel: Channel
  takesNumbers: boolean
}

/** The server refuses the others as well. */
const placesOf = (channels: Channel[], connectors: ConnectorInfo[]): Place[] =>
  channels.flatMap((channel) => {
    const connector = connectors.find(({ type }) => type === channel.type)
    return connector?.massCreate ? [{ channel, takesNumbers: connector.takesNumbers }] : []
  })

function NoPlace() {
  return (
    <Text size="sm">
      There is no channel on which you can write first to somebody new. It takes one where people have an address before they write: SMS, for
      example. On a chat they have none until they write themselves. An admin can add one under{' '}
      <Link to="/channels">Channels</Link>.
    </Text>
  )
}

const none = 'none'
type Values = { channelId: string; key: string; consent: { status: string; source: string; at: string } }
type Form = UseFormReturnType<Values>
const fields = ['channelId', 'key', 'consent.status', 'consent.source', 'consent.at']

interface StartFormProps extends NewConversationProps {
  places: Place[]
  onClose: () => void
}

function StartForm({ individual, places, onClose, onStarted }: StartFormProps) {
  const [problem, setProblem] = useState<ReactNode>()
  const client = useQueryClient()
  const [only, ...others] = places
  const form = useForm<Values>({
    initialValues: {
      channelId: others.length === 0 ? only!.channel.id : '',
      key: others.length === 0 ? firstKey(individual, only!) : '',
      consent: { status: none, source: '', at: '' },
    },
    validate: {
      channelId: (value) => (value ? null : 'Choose a channel'),
      key: (value) => (value.trim() ? null : 'Say where the person is reached'),
      consent: { source: (value, { consent }) => (consent.status === none || value.trim() ? null : 'Say where and how they agreed') },
    },
    onValuesChange: () => setProblem(undefined),
  })
  const submit = form.onSubmit(async (values) => {
    setProblem(undefined)
    try {
      const user = await post<MessagingUser>('/api/v1/messaging-users', bodyOf(values, individual))
      // The composer then knows at once whether it is a box or says why not.
      await Promise.all([
        client.prefetchQuery(sendCheckQuery(user.id, 'service')),
        client.invalidateQueries({ queryKey: ['individual', individual.id] }),
      ])
      void client.invalidateQueries({ queryKey: ['list'] })
      onStarted(user)
    } catch (error) {
      const userId = takenBy(error)
      setProblem(userId ? <Taken userId={userId} individual={individual} /> : placeErrors(form, error, fields))
    }
  })
  const place = places.find(({ channel }) => channel.id === form.values.channelId)
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Where form={form} individual={individual} places={places} place={place} />
        {place && <Consent form={form} channel={place.channel} />}
        {problem && <Problem title="Nothing was begun">{problem}</Problem>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="sm" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="sm" loading={form.submitting}>
            Start
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const keysOf = ({ phones, externalIds }: Individual, { takesNumbers }: Place): string[] => [
  ...new Set(takesNumbers ? phones.map(({ number }) => number) : externalIds.map(({ externalId }) => externalId)),
]
/** Which of their ids a channel of one's own goes by, nobody can know. */
const firstKey = (individual: Individual, place: Place): string => (place.takesNumbers ? (keysOf(individual, place)[0] ?? '') : '')

interface WhereProps {
  form: Form
  individual: Individual
  places: Place[]
  place: Place | undefined
}

function Where({ form, individual, places, place }: WhereProps) {
  function choose(channelId: string | null) {
    const chosen = places.find(({ channel }) => channel.id === channelId)
    if (!chosen) return
    if (chosen.takesNumbers !== place?.takesNumbers) form.setFieldValue('key', firstKey(individual, chosen))
    form.setFieldValue('channelId', chosen.channel.id)
  }
  return (
    <>
      <Select
        label="Channel"
        placeholder="Choose a channel"
        data={places.map(({ channel: { id, name, isActive } }) => ({ value: id, label: isActive ? name : `${name} (not active)` }))}
        allowDeselect={false}
        searchable
        nothingFoundMessage="No such channel"
        data-autofocus={!place || undefined}
        {...form.getInputProps('channelId')}
        onChange={choose}
      />
      {place && (
        <Autocomplete
          label={place.takesNumbers ? 'Phone number' : 'Id'}
          description={place.takesNumbers ? spellingHint(place.channel) : 'What the channel’s own system calls the person'}
          data={keysOf(individual, place)}
          // All of them, also when one is filled in; but then nobody has to choose.
          filter={({ options }) => options}
          openOnFocus={form.values.key === ''}
          maxLength={255}
          dir="ltr"
          spellCheck={false}
          data-autofocus
          {...form.getInputProps('key')}
        />
      )}
    </>
  )
}

const spellingHint = ({ isoCountryCode }: Channel) =>
  isoCountryCode ? `With +, or a number of ${countryName(isoCountryCode)}` : 'With + and the country code'

/** An opt-out is nothing to begin with, and a second confirmation needs a first. */
const choices = [none, 'ExplicitlyOptedIn', 'ImplicitlyOptedIn'] as const

function Consent({ form, channel }: { form: Form; channel: Channel }) {
  return (
    <>
      <Radio.Group
        label="Has the person agreed?"
        description={`Before anything can be sent, this channel needs ${consentNeeds[channel.consentType]}.`}
        {...form.getInputProps('consent.status')}
      >
        <Stack gap={8} mt="xs">
          {choices.map((status) => (
            <Radio
              key={status}
              value={status}
              size="sm"
              label={status === none ? 'Not yet' : consentWords[status].label}
              description={consentMeans[status]}
            />
          ))}
        </Stack>
      </Radio.Group>
      {form.values.consent.status !== none && (
        <>
          <TextInput
            label="Evidence"
            description="Where and how they agreed: a form, a phone call, a paper. It goes into the ledger, with your name."
            required
            maxLength={255}
            dir="auto"
            {...form.getInputProps('consent.source')}
          />
          <TextInput type="datetime-local" label="When (now, if left empty)" max={localNow()} {...form.getInputProps('consent.at')} />
        </>
      )}
    </>
  )
}

const linkFields: Record<IndividualKind, 'contactId' | 'leadId' | 'employeeId' | 'personAccountId'> = {
  contact: 'contactId',
  lead: 'leadId',
  employee: 'employeeId',
  person_account: 'personAccountId',
}

function bodyOf({ channelId, key, consent }: Values, { id, kind, name, language }: Individual): MessagingUserCreate {
  return {
    channelId,
    key: key.trim(),
    name,
    ...(language && { language }),
    [linkFields[kind]]: id,
    ...(consent.status !== none && {
      consent: { status: consent.status as ConsentStatus, source: consent.source.trim(), ...(consent.at && { at: toIso(consent.at) }) },
    }),
  }
}

/** Who has the number on the channel, if that is why it was refused. */
const takenBy = (error: unknown): string | undefined =>
  error instanceof ApiError && error.status === 409 ? /\bmu_[0-9a-z]{26}\b/.exec(error.message)?.[0] : undefined

function Taken({ userId, individual }: { userId: string; individual: Individual }) {
  const { data: user } = useQuery(userQuery(userId))
  const name = (
    <Link to="/messaging-users/$userId" params={{ userId }}>
      <bdi>{user?.name ?? 'A messaging user'}</bdi>
    </Link>
  )
  if (user?.[linkFields[individual.kind]] === individual.id) return <>{name} is on this channel already, and linked: write to them on this page.</>
  return (
    <>
      {name} has this address on the channel already, but is not linked here. Open their page to link and to write.
    </>
  )
}
