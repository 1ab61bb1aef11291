// Loads Compose files with the library that docker compose itself uses, and prints the project that they come to as YAML.
// usage: compose-check docker-compose.yml [docker-compose.prod.yml]
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if err := check(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(files []string) error {
	options, err := cli.NewProjectOptions(files, cli.WithOsEnv)
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	yaml, err := project.MarshalYAML()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(yaml)
	return err
}
