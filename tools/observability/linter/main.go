// Command linter checks Grafana dashboards: strictly against Grafana's own schema (its Foundation SDK), and by the rules
// of Grafana's own dashboard linter. Arguments are files; it ends with 1 if anything is amiss.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/grafana/dashboard-linter/lint"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	amiss := 0
	for _, path := range os.Args[1:] {
		for _, complaint := range check(path) {
			fmt.Printf("%s: %s\n", path, complaint)
			amiss++
		}
	}
	set := lint.NewRuleSet()
	fmt.Printf("%d dashboards, %d complaints, %d rules and the schema\n", len(os.Args)-1, amiss, len(set.Rules()))
	if amiss > 0 || len(os.Args) == 1 {
		os.Exit(1)
	}
}

func check(path string) []string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return []string{err.Error()}
	}
	return append(schema(raw), rules(raw)...)
}

// The SDK answers with a list of errors, which is no nil even if it is empty.
func schema(raw []byte) []string {
	var board dashboard.Dashboard
	var complaints []string
	for _, err := range []error{board.UnmarshalJSONStrict(raw), board.Validate()} {
		var several cog.BuildErrors
		if errors.As(err, &several) {
			for _, one := range several {
				complaints = append(complaints, "schema: "+one.Error())
			}
		} else if err != nil {
			complaints = append(complaints, "schema: "+err.Error())
		}
	}
	return complaints
}

func rules(raw []byte) []string {
	board, err := lint.NewDashboard(raw)
	if err != nil {
		return []string{"linter: " + err.Error()}
	}
	set := lint.NewRuleSet()
	results, err := set.Lint([]lint.Dashboard{board})
	if err != nil {
		return []string{"linter: " + err.Error()}
	}
	var complaints []string
	for rule, found := range results.ByRule() {
		for _, one := range found {
			for _, result := range one.Result.Results {
				if result.Severity != lint.Success && result.Severity != lint.Quiet {
					complaints = append(complaints, rule+": "+result.Message)
				}
			}
		}
	}
	return complaints
}
