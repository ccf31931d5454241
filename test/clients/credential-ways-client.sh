# What credential-ways-client.js does, by the AWS CLI whose command comes first.
set -e
aws="$1 $CLI_OPTIONS" bucket=$2 profile=$3
work() {
  arn=$($aws ${profile:+--profile "$profile"} sts get-caller-identity --query Arn --output text)
  echo made | $aws ${profile:+--profile "$profile"} s3 cp --quiet - "s3://$bucket/$1"
  echo "$arn"
}
count=0
work "$count"
while read -r _; do
  count=$((count + 1))
  work "$count"
done
