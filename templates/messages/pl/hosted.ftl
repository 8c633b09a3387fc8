# Wersja raportu porannego w przeglądarce.

hosted-nights = Inne noce tego obiektu
hosted-previous = Poprzednia noc:
hosted-next = Następna noc:
hosted-revisions = Co się zmieniło (liczba wersji: { $count })

hosted-night = Noc w skrócie
hosted-night-help = Każdy znak prowadzi do swojego zdarzenia.
hosted-night-skip = Pomiń wykres
hosted-shape-incident = Incydent
hosted-shape-escalated = Eskalowane
hosted-shape-normal = Rutynowe
hosted-lane-other = Pozostałe
hosted-mark = { $count ->
    [one] { $count } zdarzenie, { $span }
    [few] { $count } zdarzenia, { $span }
   *[other] { $count } zdarzeń, { $span }
  }
hosted-shift = Tu następuje zmiana czasu: { $before } → { $after }

hosted-leaves = Strony listy
hosted-leaf = Strona { $number } z { $count }
hosted-leaf-previous = Wstecz
hosted-leaf-next = Dalej
hosted-leaf-all = Wszystko na jednej stronie, do druku

hosted-say = Przekaż coś obsłudze
hosted-say-help = To, co Pan/Pani napisze, zostanie przy tym zdarzeniu, gdzie przeczytają to operatorzy i opiekunowie obiektu.
hosted-kind = Czego to dotyczy?
hosted-kind-ours = To był ktoś od nas, na przykład sprzątanie albo dostawca
hosted-kind-call = Proszę o telefon
hosted-kind-wrong = W raporcie coś się nie zgadza
hosted-kind-other = Coś innego
hosted-text = Własnymi słowami (można zostawić puste)
hosted-phone = Telefon (można zostawić puste)
hosted-send = Wyślij
hosted-back = Wróć do raportu
hosted-fault-kind = Proszę wybrać, czego to dotyczy.
hosted-fault-empty = Proszę napisać, czego to dotyczy.
hosted-fault-long = Tekst jest za długi: najwyżej { $longest } znaków.
hosted-fault-phone = Numer telefonu może zawierać tylko cyfry, spacje oraz + - ( ) / .
hosted-fault-much = Dziś wysłano już bardzo wiele. Proszę spróbować jutro albo zwrócić się do opiekunów obiektu.
hosted-said = Przekazano obsłudze { $at }: { $kind }.
hosted-said-phone = Telefon: { $phone }
hosted-said-seen = Obsługa zapoznała się z tym: { $at }.
hosted-said-reply = Odpowiedź: { $reply }

hosted-revisions-title = Wersje tego raportu
hosted-revisions-one = Wysłano tylko jedną wersję.
hosted-revision-current = otwarta wersja
hosted-revision-since = Zmiany względem wersji { $revision }
hosted-revision-same = Nic, co ta strona rozróżnia.
hosted-revision-more = { $count ->
    [one] I jeszcze { $count } zmiana.
    [few] I jeszcze { $count } zmiany.
   *[other] I jeszcze { $count } zmian.
  }
hosted-before = przedtem:
hosted-after = teraz:
