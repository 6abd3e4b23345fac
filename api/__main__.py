"""`python -m api` is `yinzheng`."""

from api.cli import main

if __name__ == "__main__":
    main()
