/**
 * English words that carry grammar and no topic: articles, pronouns, auxiliaries, prepositions, conjunctions, question
 * words, contractions, and the interjections of chat. `may` is not among them, for it is a month, and numbers are not.
 */
export const englishStopWords: ReadonlySet<string> = new Set(
  `a an the this that these those
  i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself
  it its itself they them their theirs themselves
  am is are was were be been being do does did doing done have has had having
  can could will would shall should might must
  and but or nor so yet if then than because as until while of at by for with about against between into through during
  before after above below to from up down in out on off over under again further once
  here there when where why how what which who whom whose
  all any both each few more most other some such no not only own same too very just also
  i'm i've i'd i'll you're you've you'd you'll he's he'd he'll she's she'd she'll it's it'd it'll we're we've we'd we'll
  they're they've they'd they'll that's that'd that'll there's here's what's where's who's when's how's why's let's
  isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't couldn't won't wouldn't shan't shouldn't
  mightn't mustn't ain't cannot
  im ive dont didnt doesnt isnt cant wont gonna wanna gotta
  s t d ll m re ve
  oh hey hi hello wow yeah yes yep ok okay well`.split(/\s+/),
)
