# El portal de informes: los establecimientos, sus incidentes y quién los ha visto.

branch-locations = Establecimientos
branch-suspicious = Informe de incidentes sospechosos
branch-lists = Listas de establecimientos
branch-locations-lead = Todos los establecimientos revisados en { $days ->
    [one] el último día
   *[other] los últimos { $days } días
  }, con lo que dice su último informe.
branch-suspicious-lead = Todos los establecimientos, también los que llevan tiempo sin revisión.
branch-skip = Ir a la lista
branch-branch = Sucursal
branch-every-branch = Todas las sucursales
branch-choose = Mostrar
branch-status = Los últimos informes
branch-red = { $count ->
    [one] informe con incidentes
   *[other] informes con incidentes
  }
branch-green = { $count ->
    [one] informe sin incidentes
   *[other] informes sin incidentes
  }
branch-others = { $count ->
    [one] Un establecimiento lleva tiempo sin revisión.
   *[other] { $count } establecimientos llevan tiempo sin revisión.
  }
branch-see-all = Mostrar todos los establecimientos
branch-find = Buscar establecimientos
branch-find-incidents = Buscar incidentes
branch-find-views = Buscar entradas
branch-search = Búsqueda
branch-search-location = Nombre, dirección o referencia
branch-search-incident = Tipo, descripción, informante o referencia
branch-search-view = Persona, objeto, dirección o programa
branch-any = Todos
branch-with-incidents = Con incidentes
branch-without-incidents = Sin incidentes
branch-apply = Mostrar
branch-reset = Mostrar todo
branch-location-count = { $count ->
    [one] { $count } establecimiento
   *[other] { $count } establecimientos
  }
branch-incident-count = { $count ->
    [0] Sin incidentes
    [one] { $count } incidente
   *[other] { $count } incidentes
  }
branch-list-first = los primeros { $count } de { $total }
branch-set-aside = { $count ->
    [one] { $count } descartado
   *[other] { $count } descartados
  }
branch-sent = { $sent } de { $all } enviados
branch-never = Nunca revisado
branch-not-lately = hace tiempo
branch-incomplete = incompleto
branch-no-locations = Ningún establecimiento coincide.
branch-no-incidents = No hay incidentes que mostrar.
branch-never-reviewed = Aún no hay ningún informe de este establecimiento.
branch-type-shop = Tienda
branch-type-site = Recinto
branch-column-location = Establecimiento
branch-column-type = Tipo
branch-column-latest = Último informe
branch-column-incidents = Incidentes
branch-column-deliveries = Envíos
branch-pages = Páginas
branch-previous = Anterior
branch-next = Siguiente
branch-older = Entradas anteriores
branch-range = { $first }–{ $last } de { $total }

branch-recent = Incidentes recientes
branch-all = Todos los incidentes
branch-access = Registro de accesos
branch-night = Noche del { $date }
branch-night-label = Noche
branch-incidents-label = Incidentes
branch-address = Dirección
branch-since = Con un plan activo desde el { $date }. Lo anterior no figura aquí.
branch-report-pdf = Informe de transacciones (PDF)
branch-list-made = Lista elaborada: { $at }
branch-save = Guardar como
branch-csv-excel = CSV para Excel
branch-from = Desde
branch-to = Hasta
branch-select = Seleccionar
branch-select-one = Seleccionar: { $what }, { $at }
branch-column-incident = Referencia
branch-column-occurred = Fecha del incidente
branch-column-case = Caso
branch-column-instance = Reincidencia
branch-column-kind = Tipo
branch-column-details = Detalles
branch-column-reported-by = Informó
branch-column-shared = Comunicado
branch-column-photo = Foto
branch-column-videos = Vídeos
branch-column-comments = Comentarios
branch-column-sale = Informe de transacción
branch-column-said = Valoración
branch-instance = { $instance }.ª vez
branch-photo-missing = falta
branch-not-shared = todavía no
branch-video-count = { $count ->
    [one] { $count } vídeo
   *[other] { $count } vídeos
  }
branch-comment-count = { $count ->
    [0] Comentar
    [one] { $count } comentario
   *[other] { $count } comentarios
  }
branch-sale-open = Abrir
branch-yes = sí

branch-judge = Valorar los incidentes seleccionados
branch-reason = En qué quedó
branch-note = Nota
branch-judge-button = Aplicar a la selección
branch-share-selection = Compartir la selección
branch-share-all = { $count ->
    [one] Compartir el único de la lista
   *[other] Compartir los { $count } de la lista
  }
branch-share-most = Compartir los primeros { $most } de { $count }
branch-share-none = Seleccione al menos un incidente para compartir.
branch-share-refused = No se puede compartir ninguno: solo se le mostraron a usted.
branch-judge-one = Aplicar
branch-judge-help = Lo verá quien tenga acceso a este establecimiento y puede revocarse en cualquier momento. Los informes enviados no cambian.
branch-judged = { $count ->
    [0] No ha cambiado nada.
    [one] Se ha valorado un incidente.
   *[other] Se han valorado { $count } incidentes.
  }
branch-said-open = Sin valorar
branch-said-aside = Descartados
branch-said-not-a-theft = No es un hurto
branch-said-invalid-theft = Hurto no válido
branch-said-cut-short = Grabación demasiado corta
branch-said-inconclusive = Grabación no concluyente
branch-said-restored = Vuelve a contar

branch-details = Detalles
branch-share = Compartir
branch-no-videos = No hay grabaciones de este incidente.
branch-no-sale = Ninguna transacción corresponde a este incidente.
branch-not-judged = Nadie ha valorado este incidente.
branch-no-comments = Todavía no hay comentarios.
branch-comment = Su comentario
branch-comment-button = Añadir comentario

branch-last-access = Último acceso
branch-history = Historial
branch-times = Visitas
branch-never-looked = nunca
branch-nobody = Nadie ha visto aún este establecimiento.
branch-no-views = Ninguna entrada coincide.
branch-log-when = Cuándo
branch-log-person = Quién
branch-log-way = Entró como
branch-log-what = Qué
branch-log-subject = Cuál
branch-log-origin = Dirección
branch-log-agent = Programa
branch-log-scanner = Analizador de correo
branch-scanner = probable analizador de correo
branch-no-scanners = Sin analizadores de correo
branch-only-scanners = Solo analizadores de correo
branch-way-branch = Equipo de la sucursal
branch-way-customer = Cliente
branch-way-link = Enlace del correo
branch-way-share = Enlace compartido
branch-way-staff = Personal
branch-way-operations = Operaciones
branch-way-whitelist = Autorizado
branch-way-key = Programa con clave
branch-view-page = Página
branch-view-clip = Grabación
branch-view-photo = Foto
branch-view-pdf = PDF
branch-view-export = Exportación
