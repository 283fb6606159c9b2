{ main "$@"; exit; }
