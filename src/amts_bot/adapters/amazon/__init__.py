"""Amazon Translate and S3 through boto3: connections, errors in plain words, jobs, parallel data."""
