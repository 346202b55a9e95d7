// Prints what the default chain of the unmodified AWS SDK for Go v2 gets in each environment on
// stdin: credentials or an error.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"
)

func main() {
	var environments []map[string]string
	if err := json.NewDecoder(os.Stdin).Decode(&environments); err != nil {
		panic(err)
	}
	found := make([]map[string]string, len(environments))
	var retrievals sync.WaitGroup
	for index, environment := range environments {
		// The SDK reads the environment only when it loads its configuration.
		os.Clearenv()
		for name, value := range environment {
			os.Setenv(name, value)
		}
		configuration, err := load(environment["AWS_ENDPOINT_URL_STS"])
		if err != nil {
			found[index] = describe(err)
			continue
		}
		retrievals.Add(1)
		go func(index int) {
			defer retrievals.Done()
			found[index] = retrieve(configuration)
		}(index)
	}
	retrievals.Wait()
	json.NewEncoder(os.Stdout).Encode(found)
}

// The version of Debian 12 does not support AWS_ENDPOINT_URL_STS.
func load(stsEndpoint string) (aws.Config, error) {
	resolve := func(service, region string, _ ...interface{}) (aws.Endpoint, error) {
		return aws.Endpoint{URL: stsEndpoint}, nil
	}
	resolver := aws.EndpointResolverWithOptionsFunc(resolve)
	withResolver := config.WithEndpointResolverWithOptions(resolver)
	return config.LoadDefaultConfig(context.Background(), withResolver)
}

func retrieve(configuration aws.Config) map[string]string {
	credentials, err := configuration.Credentials.Retrieve(context.Background())
	if err != nil {
		return describe(err)
	}
	return map[string]string{
		"secretAccessKey": credentials.SecretAccessKey,
		"sessionToken":    credentials.SessionToken,
	}
}

func describe(err error) map[string]string {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		class := strings.TrimPrefix(fmt.Sprintf("%T", refused), "*")
		return map[string]string{"raised": class, "code": refused.ErrorCode(), "message": err.Error()}
	}
	return map[string]string{"raised": fmt.Sprintf("%T", err), "message": err.Error()}
}
