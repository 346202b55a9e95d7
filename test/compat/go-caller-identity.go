// Prints what hashicorp/aws-sdk-go-base determines for Terraform's AWS provider, by the same calls:
// the default chain of the AWS SDK for Go v2, GetCallerIdentity, and the parts of its ARN.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	// The version of Debian 12 does not support AWS_ENDPOINT_URL_STS.
	resolve := func(service, region string, _ ...interface{}) (aws.Endpoint, error) {
		url := os.Getenv("AWS_ENDPOINT_URL_STS")
		return aws.Endpoint{URL: url, SigningRegion: region}, nil
	}
	resolver := aws.EndpointResolverWithOptionsFunc(resolve)
	configuration, err := config.LoadDefaultConfig(
		context.Background(),
		config.WithEndpointResolverWithOptions(resolver),
	)
	exitOn(err)
	client := sts.NewFromConfig(configuration)
	identity, err := client.GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	exitOn(err)
	parsed, err := arn.Parse(aws.ToString(identity.Arn))
	exitOn(err)
	json.NewEncoder(os.Stdout).Encode([]string{parsed.AccountID, parsed.Partition})
}

func exitOn(err error) {
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
}
