// Unmodified AWS SDK for Go v2 at the broker: for each environment on stdin, the credentials that its default chain gets or the error.
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
		// The SDK reads the environment when it loads its configuration, and not again.
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

// Debian 12's version does not know AWS_ENDPOINT_URL_STS.
func load(stsEndpoint string) (aws.Config, error) {
	resolve := func(service, region string, _ ...interface{}) (aws.Endpoint, error) {
		return aws.Endpoint{URL: stsEndpoint}, nil
	}
	resolver := aws.EndpointResolverWithOptionsFunc(resolve)
	return config.LoadDefaultConfig(context.Background(), config.WithEndpointResolverWithOptions(resolver))
}

func retrieve(configuration aws.Config) map[string]string {
	credentials, err := configuration.Credentials.Retrieve(context.Background())
	if err != nil {
		return describe(err)
	}
	return map[string]string{"secretAccessKey": credentials.SecretAccessKey, "sessionToken": credentials.SessionToken}
}

func describe(err error) map[string]string {
	var answered smithy.APIError
	if errors.As(err, &answered) {
		class := strings.TrimPrefix(fmt.Sprintf("%T", answered), "*")
		return map[string]string{"raised": class, "code": answered.ErrorCode(), "message": err.Error()}
	}
	return map[string]string{"raised": fmt.Sprintf("%T", err), "message": err.Error()}
}
