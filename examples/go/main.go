// The life of a session and of a refresh token. Usage: go run . HOST PORT FOLDER [MASTER]
// FOLDER is where the Secret of the role is mounted: its file `password` is read, and nothing else tells the password. With
// `ca.crt` in it, TLS is spoken. With MASTER, HOST is a Sentinel, or several with commas between, who are asked for it.
package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

func connect(hosts, port, folder, master string) (redis.UniversalClient, error) {
	password, err := os.ReadFile(filepath.Join(folder, "password"))
	if err != nil {
		return nil, err
	}
	config, err := tlsConfig(folder)
	if err != nil {
		return nil, err
	}
	var addresses []string
	for _, host := range strings.Split(hosts, ",") {
		addresses = append(addresses, net.JoinHostPort(host, port))
	}
	// Without MasterName, the one address is Redis'; with it, the addresses are Sentinels'.
	return redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs:            addresses,
		MasterName:       master,
		SentinelUsername: "application",
		SentinelPassword: string(password),
		Username:         "application",
		Password:         string(password),
		TLSConfig:        config,
		ReadTimeout:      2 * time.Second,
		// A call whose connection is lost fails at once. By default the client would send it again, and a refresh token
		// that is rotated twice ends its family.
		MaxRetries: -1,
	}), nil
}

// tlsConfig is nil where the folder has no authority to trust: nobody speaks TLS there.
func tlsConfig(folder string) (*tls.Config, error) {
	authorities, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	own, err := tls.LoadX509KeyPair(filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key"))
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authorities)
	return &tls.Config{RootCAs: trusted, Certificates: []tls.Certificate{own}}, nil
}

func random(bytes int) []byte {
	made := make([]byte, bytes)
	rand.Read(made) // never fails: it ends the program instead
	return made
}

// newToken makes what the user's device keeps; Redis knows it by its id only.
func newToken() string { return base64.RawURLEncoding.EncodeToString(random(32)) }

func idOf(token string) string {
	digest := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(digest[:])
}

// isReply tells an answer of Redis from a connection that was lost.
func isReply(err error) bool {
	var reply redis.Error
	return errors.As(err, &reply)
}

// retried tries three times, when the connection is lost; work is told whether it was tried before.
func retried(work func(again bool) error) error {
	for attempt := 1; ; attempt++ {
		err := work(attempt > 1)
		if err == nil || isReply(err) || attempt == 3 {
			return err
		}
		time.Sleep(time.Duration(attempt) * 200 * time.Millisecond)
	}
}

// Record is a session or a token; nil is none.
type Record map[string]string

// recordOf reads name, value, name, value.
func recordOf(reply any) Record {
	flat := reply.([]any)
	record := Record{}
	for at := 0; at < len(flat); at += 2 {
		record[flat[at].(string)] = flat[at+1].(string)
	}
	return record
}

// Sessions are the session functions.
type Sessions struct{ redis redis.UniversalClient }

func (s Sessions) read(ctx context.Context, name string, keys []string, args ...any) (Record, error) {
	reply, err := s.redis.FCall(ctx, name, keys, args...).Result()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return recordOf(reply), nil
}

// make is safe to repeat with the same id: EXISTS says that an earlier try has arrived.
func (s Sessions) make(ctx context.Context, name string, keys []string, ttl int, fields Record) error {
	args := []any{ttl}
	for field, value := range fields {
		args = append(args, field, value)
	}
	return retried(func(again bool) error {
		err := s.redis.FCall(ctx, name, keys, args...).Err()
		if again && redis.HasErrorPrefix(err, "EXISTS ") {
			return nil
		}
		return err
	})
}

func (s Sessions) Create(ctx context.Context, id, user string, ttl int, fields Record) error {
	keys := []string{"session:" + id, "user_sessions:" + user, "session_cleanup", "session_stats"}
	return s.make(ctx, "session_create", keys, ttl, fields)
}

func (s Sessions) Get(ctx context.Context, id string) (Record, error) {
	return s.read(ctx, "session_get", []string{"session:" + id})
}

// Touch reads the session as Get does, and lets it live for a whole TTL from now.
func (s Sessions) Touch(ctx context.Context, id string, ttl int) (Record, error) {
	return s.read(ctx, "session_touch", []string{"session:" + id, "session_cleanup"}, ttl)
}

// Listed is a session of a user.
type Listed struct {
	ID      string
	Expires time.Time
	Fields  Record
}

func (s Sessions) List(ctx context.Context, user string) ([]Listed, error) {
	reply, err := s.redis.FCall(ctx, "session_list", []string{"user_sessions:" + user}).Slice()
	list := make([]Listed, len(reply))
	for at, item := range reply {
		entry := item.([]any)
		list[at] = Listed{entry[0].(string), time.UnixMilli(entry[1].(int64)), recordOf(entry[2])}
	}
	return list, err
}

func (s Sessions) Revoke(ctx context.Context, id string) (int, error) {
	return s.redis.FCall(ctx, "session_revoke", []string{"session:" + id, "session_cleanup", "session_stats"}).Int()
}

func (s Sessions) IssueRefreshToken(ctx context.Context, id, user string, ttl int, fields Record) error {
	keys := []string{"refresh_token:" + id, "user_refresh_tokens:" + user, "refresh_token_cleanup", "session_stats"}
	return s.make(ctx, "refresh_issue", keys, ttl, fields)
}

func (s Sessions) GetRefreshToken(ctx context.Context, id string) (Record, error) {
	return s.read(ctx, "refresh_get", []string{"refresh_token:" + id})
}

// RotateRefreshToken is sent again only where the new token is not there: after a try that arrived it would be a replay.
func (s Sessions) RotateRefreshToken(ctx context.Context, oldID, newID string, ttl int) (record Record, err error) {
	keys := []string{"refresh_token:" + oldID, "refresh_token:" + newID, "refresh_token_cleanup", "session_stats"}
	err = retried(func(again bool) error {
		if again {
			if record, err = s.GetRefreshToken(ctx, newID); record != nil || err != nil {
				return err
			}
		}
		reply, err := s.redis.FCall(ctx, "refresh_rotate", keys, ttl).Slice()
		if err == nil {
			record = recordOf(reply[1])
		}
		return err
	})
	return record, err
}

func must[T any](result T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return result
}

func orNone(record Record, found string) string {
	if record == nil {
		return "none"
	}
	return found
}

func main() {
	if len(os.Args) != 4 && len(os.Args) != 5 {
		log.Fatal("usage: sessions HOST PORT FOLDER [MASTER]")
	}
	ctx := context.Background()
	master := ""
	if len(os.Args) == 5 {
		master = os.Args[4]
	}
	client := must(connect(os.Args[1], os.Args[2], os.Args[3], master))
	defer client.Close()
	sessions := Sessions{client}
	user := "example-" + hex.EncodeToString(random(6))
	fmt.Println("ping:", must(client.Ping(ctx).Result()))

	id := idOf(newToken())
	if err := sessions.Create(ctx, id, user, 600, Record{"device": "phone", "theme": "dark"}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("session_create: done")

	fields := must(sessions.Get(ctx, id))
	fmt.Printf("session_get: device %s, theme %s\n", fields["device"], fields["theme"])

	touched := must(sessions.Touch(ctx, id, 1200))
	fmt.Printf("session_touch: device %s\n", touched["device"])

	for _, listed := range must(sessions.List(ctx, user)) {
		own := "another session"
		if listed.ID == id {
			own = "this session"
		}
		minutes := math.Round(time.Until(listed.Expires).Minutes())
		fmt.Printf("session_list: %s, device %s, %.0f minutes to live\n", own, listed.Fields["device"], minutes)
	}

	first, second := idOf(newToken()), idOf(newToken())
	if err := sessions.IssueRefreshToken(ctx, first, user, 600, Record{"device": "phone"}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("refresh_issue: done")

	rotated := must(sessions.RotateRefreshToken(ctx, first, second, 600))
	fmt.Printf("refresh_rotate: device %s\n", rotated["device"])

	// Somebody shows the first token again: all tokens that came from it end, and its user is to sign in again.
	_, err := sessions.RotateRefreshToken(ctx, first, idOf(newToken()), 600)
	if !redis.HasErrorPrefix(err, "REUSED ") {
		log.Fatal("the token was taken twice: ", err)
	}
	fmt.Println("refresh_rotate of a used token: REUSED")
	fmt.Println("refresh_get:", orNone(must(sessions.GetRefreshToken(ctx, second)), "a token"))

	fmt.Println("session_revoke:", must(sessions.Revoke(ctx, id)))
	fmt.Println("session_get:", orNone(must(sessions.Get(ctx, id)), "a session"))
}
