import { englishStopWords } from './stop-words.ts'

/** Closed classes: articles, pronouns, the most frequent auxiliaries, prepositions, conjunctions and question words. */
const lists: Readonly<Record<string, string>> = {
  de: `der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner
    ich du er sie es wir ihr mich dich ihn uns euch mir dir ihm ihnen mein meine meinen meinem meiner dein deine deinen
    sein seine seinen seinem seiner ihre ihren ihrem ihrer unser unsere euer eure sich dies diese diesen diesem dieser dieses
    bin bist ist sind seid war waren warst hat habe haben hast hatte hatten wird werden wurde wurden kann können konnte
    und oder aber denn weil dass ob wenn als wie auch nur noch schon nicht so sehr
    in im an am auf aus bei beim mit nach von vom vor zu zum zur für durch über unter um gegen ohne bis seit
    wer wen wem wessen was wann wo wohin woher warum wieso welche welcher welches welchen`,
  fr: `le la les un une des du de au aux ce cet cette ces
    je tu il elle on nous vous ils elles me te se lui leur moi toi eux y en
    mon ma mes ton ta tes son sa ses notre nos votre vos leurs
    suis es est sommes êtes sont étais était étaient été ai as a avons avez ont avait avaient
    et ou mais donc or ni car que qui quoi dont où ne pas plus si comme très aussi
    à dans par pour sur avec sans sous vers chez entre
    quand comment pourquoi combien quel quelle quels quelles`,
  es: `el la los las lo un una unos unas al del este esta estos estas ese esa esos esas
    yo tú él ella nosotros vosotros ellos ellas usted ustedes me te se nos os le les mi mis tu tus su sus nuestro nuestra
    soy eres es somos sois son era eran fue fueron ser he has ha hemos han había está están estoy estaba
    y e o u pero que si no como más muy también porque
    a de en con por para sin sobre entre desde hasta
    qué quién quiénes cuándo dónde cómo cuál cuáles cuánto`,
  it: `il lo la i gli le un uno una del dello della dei degli delle al allo alla ai agli alle dal dalla nel nella sul sulla
    io tu lui lei noi voi loro mi ti si ci vi ne mio mia miei tuo tua suo sua suoi nostro vostro questo questa quello quella
    sono sei è siamo siete era erano ho hai ha abbiamo avete hanno aveva stato stata
    e ed o ma che se non come più molto anche perché di a da in con su per tra fra
    chi cosa quando dove quale quali quanto`,
  nl: `de het een der des dit dat deze die ik jij je u hij zij ze wij we jullie hen hun mij me jou hem haar ons mijn zijn onze
    ben bent is zijn was waren heb hebt heeft hebben had hadden wordt worden werd kan kunnen
    en of maar want omdat als dan ook niet nog wel zo er
    in op aan bij met naar van voor uit over door om tot te onder tegen zonder
    wie wat wanneer waar waarom hoe welk welke`,
  pt: `o a os as um uma uns umas ao aos à às do da dos das no na nos nas este esta esse essa isso
    eu tu ele ela nós vós eles elas você vocês me te se lhe meu minha meus minhas teu tua seu sua seus suas nosso nossa
    sou é somos são era eram foi foram ser tenho tem têm tinha está estão estava
    e ou mas que se não como mais muito também porque de em com por para sem sobre entre até
    quem quando onde qual quais quanto`,
  ru: `я ты он она оно мы вы они меня тебя его её ее нас вас их мне тебе ему ей нам вам им мной тобой ним ней ними
    мой моя моё мои твой твоя свой своя свои наш наша ваш этот эта это эти тот та то те
    быть был была было были есть и а но или да что чтобы как если же ли бы не ни так уже ещё еще только тоже
    в во на с со к ко о об от до из за под над по при без для у
    кто когда где куда откуда почему какой какая какое какие сколько чей`,
}

/** Words that carry grammar and no topic, of a BCP 47 primary language; none for a language that has no list here. */
export function stopWordsOf(language: string): ReadonlySet<string> {
  if (language === 'en') return englishStopWords
  return new Set(lists[language]?.trim().split(/\s+/))
}
