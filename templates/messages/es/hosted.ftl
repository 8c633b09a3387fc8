# La versión para el navegador del informe de la mañana.

hosted-nights = Otras noches de este lugar
hosted-previous = Noche anterior:
hosted-next = Noche siguiente:
hosted-revisions = Qué cambió en { $count } revisiones

hosted-night = La noche de un vistazo
hosted-night-help = Cada marca lleva a su evento.
hosted-night-skip = Saltar el gráfico
hosted-shape-incident = Incidente
hosted-shape-escalated = Escalado
hosted-shape-normal = De rutina
hosted-lane-other = Otros
hosted-mark = { $count } eventos, { $span }
hosted-shift = Aquí cambia la hora: { $before } → { $after }

hosted-leaves = Páginas de la lista
hosted-leaf = Página { $number } de { $count }
hosted-leaf-previous = Atrás
hosted-leaf-next = Siguiente
hosted-leaf-all = Todo en una página, para imprimir

hosted-say = Decir algo al personal
hosted-say-help = Lo que escriba queda junto a este evento, donde lo leen los operadores y quienes atienden su lugar.
hosted-kind = ¿De qué se trata?
hosted-kind-ours = Era uno de los nuestros, por ejemplo limpieza o un proveedor
hosted-kind-call = Llámenme, por favor
hosted-kind-wrong = Hay un error en el informe
hosted-kind-other = Otra cosa
hosted-text = Con sus palabras (puede quedar vacío)
hosted-phone = Teléfono (puede quedar vacío)
hosted-send = Enviar
hosted-back = Volver al informe
hosted-fault-kind = Elija de qué se trata.
hosted-fault-empty = Escriba de qué se trata.
hosted-fault-long = El texto es demasiado largo: caben { $longest } caracteres como máximo.
hosted-fault-phone = El teléfono solo puede tener cifras, espacios y + - ( ) / .
hosted-fault-much = Ya ha enviado mucho hoy. Inténtelo mañana o hable con quienes atienden su lugar.
hosted-said = Lo que dijo al personal el { $at }: { $kind }.
hosted-said-phone = Teléfono: { $phone }
hosted-said-seen = Visto por el personal el { $at }.
hosted-said-reply = Respuesta: { $reply }

hosted-revisions-title = Revisiones de este informe
hosted-revisions-one = Solo se le envió una revisión.
hosted-revision-current = la que abrió
hosted-revision-since = Cambios desde la revisión { $revision }
hosted-revision-same = Nada que esta página distinga.
hosted-revision-more = { $count ->
    [one] Y un cambio más.
   *[other] Y { $count } cambios más.
  }
hosted-before = antes:
hosted-after = ahora:
