import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultKeywords } from './default-keywords.ts'
import { revocationPhrases } from './revocation-phrases.ts'
import { asciiSentencesOf, readsLikeRevocation, sentencesOf, tenBusinessDaysAfter } from './revocation.ts'

const texts: Record<string, { revoke: string[]; other: string[] }> = {
  en: {
    revoke: [
      'Please stop texting me', 'no more messages', 'Leave me alone!!', 'take me off your list', "Don't contact me again",
      'unsubscribe me please', 'unsubcribe',
      'STOP PLEASE', 'Stop sending me these texts', 'Can you please stop all messages to this number?', 'Thanks, bye. Stop it now!',
      'remove my number from your database',
      'I don’t want to receive any more messages', 'how do I opt out', 'do not text me anymore', 'I no longer wish to be contacted',
      'STOP STOP STOP',
      'I revoke my consent', 'Lose my number', 'please remove me', 'stop spamming me', 'quit messaging me', "I don't want these texts",
      'plz unsuscribe', 'never call me again',
      "'stop texting me'", 'cancel all text messages', 'stop msging me', 'I do not wish to receive further messages',
    ],
    other: [
      'We have got to stop this terrible bill', "Don't stop texting me, I love it", 'my messages stopped arriving', 'cancel my order',
      'Please stop by tomorrow',
      "I can't stop laughing", 'Why did you stop texting me?', 'Which bus stop is nearest?', 'I have no more messages in my inbox',
      'can you text me again tomorrow', 'Take me off the waiting list',
      'Does the line 4 stop at the station?', 'I never get your messages', 'I did not unsubscribe, please put me back',
      'The project was unsuccessful', 'Stop the delivery please, wrong address',
      'I want to contact the sales team', 'My phone was stolen, I want a new number', 'Is there a quit option in the app?',
      'I will take the red one from the list', 'unsubstantiated', 'the text is too small',
      "don't call me, text me", 'Remove the second item from my order', 'Do you want to call me again?',
      'No more text is visible on the page', 'I don’t want any updates to my plan',
    ],
  },
  es: {
    revoke: [
      'Por favor dejen de enviarme mensajes', 'No me escriban más', 'No quiero recibir más mensajes', 'Ya no quiero mensajes',
      'Bórrenme de su lista', 'Quiero darme de baja',
      'déjame en paz', 'No me vuelvan a contactar', 'no más mensajes', 'Basta de mensajes', 'Paren de mandarme publicidad',
      'quiero desuscribirme', 'Retiro mi consentimiento', 'No me molesten', 'Ya no me manden mensajes',
    ],
    other: [
      'No puedo parar de reír', 'Mis mensajes dejaron de llegar', 'Quiero cancelar mi pedido', 'Hay que parar esta ley terrible',
      'No dejen de escribirme', '¿Dónde está la parada del autobús?',
      'No me han enviado más información', 'No quiero perder mis mensajes', 'Quiero más mensajes como este', 'El precio está en la lista',
      'No me llamen al trabajo, prefiero el móvil',
    ],
  },
  pt: {
    revoke: [
      'Parem de me mandar mensagens', 'Não quero mais receber mensagens', 'Não me mandem mais nada', 'Me tira dessa lista',
      'me deixa em paz', 'Quero me descadastrar', 'Deixem-me em paz',
      'chega de mensagens', 'Parem de enviar SMS', 'Cancelem o envio de mensagens', 'nunca mais me liguem', 'Não quero essas mensagens',
    ],
    other: [
      'Não consigo parar de rir', 'Minhas mensagens pararam de chegar', 'Quero cancelar meu pedido', 'Não parem de me mandar novidades',
      'Precisamos parar essa lei horrível', 'Não recebi mais nada desde ontem',
      'Onde fica a parada de ônibus?', 'Não quero perder as mensagens', 'Pode me mandar mais mensagens?', 'O produto não está na lista',
    ],
  },
  fr: {
    revoke: [
      "Arrêtez de m'écrire", 'Arrêtez de m’envoyer des messages', 'Ne me contactez plus', "ne m'envoyez plus de messages",
      'Je ne veux plus recevoir de messages', 'Laissez-moi tranquille',
      'Retirez-moi de votre liste', 'Désinscrivez-moi', 'plus de messages svp', 'je voudrais me désabonner', 'Je veux plus de vos sms',
      'Je retire mon consentement', 'Stoppez les messages', 'Merci de ne plus m’envoyer de SMS',
    ],
    other: [
      "Mes messages n'arrivent plus", 'Je veux annuler ma commande', "N'arrêtez pas de m'écrire", "Je n'arrête pas de rire",
      "Vous ne m'envoyez plus vos offres, pourquoi ?", 'Il faut arrêter cette loi terrible',
      'Où est l’arrêt de bus ?', 'Je ne veux plus de cette commande', 'Je souhaite recevoir plus de messages',
      'La liste est dans le fichier', 'Il ne me contacte plus',
    ],
  },
  de: {
    revoke: [
      'Bitte hören Sie auf, mir zu schreiben', 'Hört auf mir Nachrichten zu schicken', 'Bitte keine Nachrichten mehr',
      'Ich möchte keine Nachrichten mehr erhalten', 'Lassen Sie mich in Ruhe', 'Schreiben Sie mir nicht mehr',
      'Nehmen Sie mich aus Ihrem Verteiler', 'Bitte löschen Sie meine Nummer aus Ihrer Liste', 'Ich will mich abmelden',
      'Hiermit widerrufe ich meine Einwilligung', 'keine weiteren SMS bitte', 'Schickt mir nichts mehr',
      'Ich will keine Werbung mehr', 'Meldet mich bitte ab', 'Hör auf mich anzuschreiben', 'Ich möchte nicht mehr kontaktiert werden',
    ],
    other: [
      'Ich bekomme keine Nachrichten mehr', 'Ich möchte meine Bestellung stornieren', 'Hören Sie nicht auf, mir zu schreiben',
      'Ich kann nicht aufhören zu lachen', 'An welcher Haltestelle muss ich aussteigen?',
      'Wir müssen dieses Gesetz stoppen', 'Ich will keine Nachrichten verpassen', 'Warum erhalte ich keine SMS mehr?',
      'Der Artikel steht nicht mehr auf der Liste', 'Bitte rufen Sie mich morgen an', 'Ich höre auf der Fahrt Musik',
      'Schicken Sie mir bitte nicht das falsche Modell',
    ],
  },
  it: {
    revoke: [
      'Smettetela di mandarmi messaggi', 'Smettila di scrivermi', 'Non scrivetemi più', 'Non voglio più ricevere messaggi',
      'Lasciatemi in pace', 'Toglietemi dalla vostra lista', 'basta messaggi', 'Vorrei disiscrivermi',
      'non mandatemi più sms', 'Revoco il mio consenso', 'Cancellate il mio numero', 'Non contattatemi mai più',
    ],
    other: [
      'Non riesco a smettere di ridere', 'Non ricevo più i vostri messaggi', 'Vorrei annullare il mio ordine', 'Non smettete di scrivermi',
      'Bisogna fermare questa legge', "Basta così, grazie per l'aiuto",
      "Dov'è la fermata dell'autobus?", 'Non voglio perdere i messaggi', 'Il prodotto non è nella lista', 'Mi scriva domani',
    ],
  },
  nl: {
    revoke: [
      'Stop met mij berichten sturen', 'Geen berichten meer aub', 'Ik wil geen berichten meer ontvangen', 'Stuur mij niets meer',
      'Laat me met rust', 'Haal mij van jullie lijst', 'Ik wil me uitschrijven', 'App me niet meer',
      'Hou op met appen', 'Neem geen contact meer met mij op', 'Verwijder mijn nummer uit jullie bestand', 'Ik trek mijn toestemming in',
      'Ik wil niet meer benaderd worden',
    ],
    other: [
      'Ik krijg geen berichten meer', 'Ik wil mijn bestelling annuleren', 'Stop niet met berichten sturen',
      'Ik kan niet stoppen met lachen', 'Bij welke bushalte moet ik uitstappen?', 'We moeten deze wet stoppen',
      'Ik wil geen berichten missen', 'Stuur mij morgen een bericht', 'Het artikel staat niet meer op de lijst',
    ],
  },
  pl: {
    revoke: [
      'Przestańcie do mnie pisać', 'Proszę przestać wysyłać mi wiadomości', 'Nie piszcie do mnie więcej', 'Nie chcę więcej wiadomości',
      'Dajcie mi spokój', 'Usuńcie mój numer z waszej bazy', 'Proszę nie wysyłać mi więcej SMS-ów',
      'Nie życzę sobie otrzymywać wiadomości', 'Chcę się wypisać', 'Wypiszcie mnie z listy', 'Cofam zgodę', 'dość tych wiadomości',
    ],
    other: [
      'Nie dostaję już wiadomości', 'Chcę anulować zamówienie', 'Nie przestawajcie do mnie pisać', 'Nie mogę przestać się śmiać',
      'Gdzie jest przystanek autobusowy?', 'Trzeba zatrzymać tę ustawę',
      'Nie chcę stracić wiadomości', 'Proszę napisać do mnie jutro', 'Nie ma mnie na liście',
    ],
  },
  ja: {
    revoke: [
      'もうメッセージを送らないでください', '連絡しないでください。二度と連絡してこないで', '配信を停止してください', 'メッセージはいりません', 'リストから外してください', '登録を解除したいです', 'ほっといてください',
      'メールを送るのをやめてください',
      '受信を拒否します', '広告は不要です', '同意を撤回します',
    ],
    other: [
      'メッセージが届かなくなりました', '注文をキャンセルしたいです', '笑いが止まりません', '配信をやめないでください', 'この法律を止めなければならない', 'バス停はどこですか', '明日連絡してください', '商品がリストにありません',
      'メッセージありがとうございます',
    ],
  },
  ko: {
    revoke: [
      '그만 보내세요', '더 이상 문자 보내지 마세요', '다시는 연락하지 마세요', '문자 받고 싶지 않아요', '수신 거부할게요', '명단에서 제 번호를 빼 주세요', '저를 내버려 두세요', '메시지 그만 보내 주세요',
      '광고 문자 원하지 않습니다', '제 번호 삭제해 주세요',
      '동의를 철회합니다',
    ],
    other: [
      '메시지가 더 이상 오지 않아요', '주문을 취소하고 싶어요', '웃음을 멈출 수가 없어요', '메시지 보내는 걸 멈추지 마세요', '버스 정류장이 어디예요?', '문자 보내 주세요', '이 법을 막아야 해요',
      '목록에 없는 상품이에요', '내일 다시 연락할게요',
    ],
  },
  zh: {
    revoke: [
      '请不要再给我发短信了', '别再联系我', '不要再发了', '我不想再收到你们的消息', '请把我从名单中删除', '我要退订', '不要打扰我', '停止发送短信', '請不要再傳簡訊給我', '别烦我', '删除我的号码', '我撤回同意',
    ],
    other: [
      '我收不到你们的消息了', '我想取消订单', '请不要停止给我发消息', '我笑得停不下来', '必须阻止这项糟糕的法案', '公交车站在哪里', '请不要发货到旧地址', '明天再联系我', '商品不在列表里', '不要发错颜色',
    ],
  },
  ar: {
    revoke: [
      'توقفوا عن إرسال الرسائل', 'من فضلك أوقفوا الرسائل', 'لا ترسلوا لي رسائل بعد الآن', 'لا أريد المزيد من الرسائل', 'اتركوني وشأني',
      'احذفوا رقمي من قائمتكم', 'أريد إلغاء الاشتراك', 'لا تراسلوني مرة أخرى', 'لا أرغب في تلقي رسائلكم',
      'كفى رسائل', 'أسحب موافقتي', 'لا تتصلوا بي مرة أخرى',
    ],
    other: [
      'لم تعد الرسائل تصلني', 'أريد إلغاء طلبي', 'لا تتوقفوا عن إرسال الرسائل', 'لا أستطيع التوقف عن الضحك', 'أين موقف الحافلة؟',
      'يجب إيقاف هذا القانون', 'لماذا لا ترسلون لي رسائل؟', 'لا أريد أن أفقد طلبي', 'أرسلوا لي رسالة غدا',
    ],
  },
  hi: {
    revoke: [
      'मुझे मैसेज भेजना बंद करो', 'कृपया संदेश भेजना बंद करें', 'मुझे मैसेज मत भेजो', 'मुझे और मैसेज नहीं चाहिए', 'मुझे अकेला छोड़ दो',
      'मेरा नंबर अपनी सूची से हटा दें', 'मुझे संपर्क मत करो', 'mujhe message mat bhejo', 'message band karo', 'mujhe msg nahi chahiye',
      'मुझे अनसब्सक्राइब करो',
    ],
    other: [
      'मेरे मैसेज आना बंद हो गए', 'मुझे अपना ऑर्डर रद्द करना है', 'मैसेज भेजना बंद मत करो', 'मैं हँसना बंद नहीं कर सकता',
      'बस स्टॉप कहाँ है?', 'इस बुरे कानून को रोकना होगा', 'मुझे मैसेज भेजो', 'mera message nahi mila', 'मुझे मैसेज नहीं मिला',
    ],
  },
  tr: {
    revoke: [
      'Bana mesaj atmayın', 'Lütfen bana mesaj göndermeyi bırakın', 'Artık mesaj almak istemiyorum', 'Beni rahat bırakın',
      'Beni listenizden çıkarın', 'Abonelikten çıkmak istiyorum', 'Bir daha bana yazmayın', 'MESAJ GÖNDERMEYİN ARTIK', 'numaramı silin',
      'Lütfen beni rahatsız etmeyin', 'Mesajları durdurun', 'mesaj gönderme bana',
    ],
    other: [
      'Mesajlarım gelmiyor', 'Siparişimi iptal etmek istiyorum', 'Mesaj göndermeyi bırakmayın', 'Gülmekten kendimi alamıyorum',
      'Otobüs durağı nerede?', 'Bu berbat yasayı durdurmalıyız', 'Mesaj gönderme sorunu yaşıyorum', 'Mesajlarımı kaybetmek istemiyorum',
      'Yarın bana yazın', 'Ürün listede yok',
    ],
  },
}

test('every language with words of its own has phrases', () => {
  const languages = [...defaultKeywords.keys()].filter(language => language !== 'general')
  expect(revocationPhrases.map(({ language }) => language).toSorted()).toEqual(languages.toSorted())
  expect(Object.keys(texts).toSorted()).toEqual(languages.toSorted())
})

describe.each(Object.entries(texts))('%s', (language, { revoke, other }) => {
  test.each(revoke)('reads like a revocation: %s', text => {
    expect(readsLikeRevocation(text)).toEqual({ phrase: expect.stringMatching(/\S/), language })
  })

  test.each(other)('does not: %s', text => {
    expect(readsLikeRevocation(text)).toBeUndefined()
  })
})

describe('how it reads', () => {
  test('the phrase is what reads so, in small letters, with its language', () => {
    expect(readsLikeRevocation('Hello. I am fed up, STOP   SENDING ME your messages! Bye'))
      .toEqual({ phrase: 'stop sending me your messages', language: 'en' })
    expect(readsLikeRevocation('Ｐｌｅａｓｅ ｓｔｏｐ ｔｅｘｔｉｎｇ')).toEqual({ phrase: 'stop texting', language: 'en' })
  })

  test('the first thousand characters', () => {
    const text = (before: number) => `${'a '.repeat(before / 2)}stop texting me`
    expect([readsLikeRevocation(text(980)), readsLikeRevocation(text(1000))]).toEqual([{ phrase: 'stop texting', language: 'en' }, undefined])
  })

  test('any text, without a fault', () => {
    const revocation = fc.constantFrom(...Object.values(texts).flatMap(({ revoke }) => revoke))
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), revocation, (noise, text) => {
      expect(() => [noise, `${noise} ${text}`].map(readsLikeRevocation)).not.toThrow()
    }))
  })

  test('long texts made to take long take no longer', () => {
    const pieces = ['stop ', 'stop sending me ', 'no more ', "don't want to get ", 'take me off ', 'uns', 'unsu', '. ', "'", '’', ' ',
      'a', '\u0301', 'لا اريد ', 'もう', '请不要再', '그만', 'مش عايز ', 'ne me contactez ', 'nicht mehr ', 'mesaj bana ', '\uFDFA', 'İ', 'ß', '👍🏽']
    const adversaries = pieces.map(piece => piece.repeat(100_000 / piece.length))
    const started = performance.now()
    for (const text of adversaries) readsLikeRevocation(text)
    expect((performance.now() - started) / adversaries.length).toBeLessThan(20)
  })
})

test('ten business days are two weeks, whichever day they begin', () => {
  const due = (from: string) => tenBusinessDaysAfter(new Date(from)).toISOString()
  expect([
    due('2026-10-05T09:30:00Z'), due('2026-10-09T23:59:59.999Z'), due('2026-10-10T12:00:00Z'),
    due('2026-10-11T12:00:00Z'), due('2026-12-24T08:00:00Z'),
  ]).toEqual([
    '2026-10-19T09:30:00.000Z', '2026-10-23T23:59:59.999Z', '2026-10-23T12:00:00.000Z', '2026-10-23T12:00:00.000Z',
    '2027-01-07T08:00:00.000Z',
  ])
  const date = new Date('2026-10-05T09:30:00Z')
  tenBusinessDaysAfter(date)
  expect(date.toISOString()).toBe('2026-10-05T09:30:00.000Z')
})

test('ASCII is cut into sentences by a way of its own, like any other text', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab7 \'`.,!?;:\n|_-#'), maxLength: 60 })
  fc.assert(fc.property(text, folded => void expect(asciiSentencesOf(folded)).toBe(sentencesOf(folded))), { numRuns: 5000 })
})
