// Occupations by a client of openapi-generator (go).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	"occupations/client"
)

var api = newClient()

func newClient() *client.APIClient {
	address := os.Getenv("OCCUPATIONS_API")
	if address == "" {
		address = "http://127.0.0.1:8000"
	}
	configuration := client.NewConfiguration()
	configuration.Servers = client.ServerConfigurations{{URL: address}}
	return client.NewAPIClient(configuration)
}

// shown writes a figure, or why there is none. A status that is new to this program has words too.
func shown[T int32 | int64 | float64](figure *T, mark client.MarkOut) string {
	if figure != nil {
		return fmt.Sprint(*figure)
	}
	switch mark.Status {
	case "top_coded":
		return fmt.Sprintf("%.0f or more", *mark.AtLeast.Get())
	case "withheld":
		return "withheld"
	default:
		return fmt.Sprintf("none (%s)", mark.Status)
	}
}

func profile(code string) error {
	found, _, err := api.OccupationsAPI.GetOccupation(context.Background(), code).
		Include([]client.BlockFilter{client.BLOCKFILTER_WAGES}).
		Execute()
	if err != nil {
		return err
	}
	wage := found.Wages[0]
	median := shown(wage.AnnualMedian.Get(), wage.Marks["annual_median"])
	perThousand := shown(wage.JobsPer1000.Get(), wage.Marks["jobs_per_1000"])
	fmt.Printf("%s: %s dollars a year, jobs in 1,000: %s\n", found.Title, median, perThousand)
	return nil
}

func ranking() error {
	titles := []string{}
	request := api.OccupationsAPI.ListOccupations(context.Background()).
		Group("29").
		Level([]client.OccupationLevelFilter{
			client.OCCUPATIONLEVELFILTER_DETAILED,
			client.OCCUPATIONLEVELFILTER_BROAD,
		}).
		Education([]client.EducationFilter{
			client.EDUCATIONFILTER_BACHELOR,
			client.EDUCATIONFILTER_DOCTORAL,
			client.EDUCATIONFILTER_POSTSECONDARY_AWARD,
		}).
		Sort(client.OCCUPATIONSORT_WAGE_DESCENDING).
		Limit(2)
	for {
		page, _, err := request.Execute()
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			titles = append(titles, item.Title)
		}
		cursor := page.NextCursor.Get()
		if cursor == nil {
			break
		}
		request = request.Cursor(*cursor)
	}
	fmt.Printf("%d by wage: %s to %s\n", len(titles), titles[0], titles[len(titles)-1])
	return nil
}

func match(title string) error {
	body := client.TitlesIn{Titles: []string{title}}
	found, _, err := api.FindingAPI.MatchTitles(context.Background()).TitlesIn(body).Execute()
	if err != nil {
		return err
	}
	fmt.Printf("%s: %s\n", title, found.Items[0].Matches[0].Title)
	return nil
}

// refused prints the problem that the API answered with.
func refused(code string) error {
	var answer *client.GenericOpenAPIError
	if err := profile(code); !errors.As(err, &answer) {
		return err
	}
	var problem client.ProblemOut
	if err := json.Unmarshal(answer.Body(), &problem); err != nil {
		return err
	}
	suggestion := problem.Errors[0].DidYouMean[0]
	fmt.Printf("%s: %s, did you mean %s?\n", code, problem.Code, suggestion)
	return nil
}

func main() {
	for _, step := range []error{
		profile("11-9111"),
		profile("29-1215"),
		ranking(),
		match("Sr. RN mgr"),
		refused("11-9112"),
	} {
		if step != nil {
			log.Fatal(step)
		}
	}
}
