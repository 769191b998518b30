package netpol

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// network is a node in a network namespace, with pods behind veth links as the ptp plugin makes them, and one more
// namespace that is another node: it holds the addresses of remote pods and of the world.
type network struct {
	t      *testing.T
	prefix string
	// space gives the network namespace that an address is in.
	space map[string]string
}

func newNetwork(t *testing.T, pods ...string) *network {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test makes network namespaces: run it as root")
	}
	n := &network{t: t, prefix: fmt.Sprintf("npt-%d-", os.Getpid()), space: map[string]string{}}
	n.add("node")
	n.add("far")
	n.ip("-n", n.prefix+"node", "link", "add", "up0", "type", "veth", "peer", "name", "up0", "netns", n.prefix+"far")
	for name, addresses := range map[string][]string{"node": {node1 + "/24"}, "far": {node2 + "/24", far + "/32", farB + "/32", world + "/32", "203.0.113.8/32"}} {
		for _, address := range addresses {
			n.ip("-n", n.prefix+name, "address", "add", address, "dev", "up0")
			n.space[strings.Split(address, "/")[0]] = name
		}
		n.ip("-n", n.prefix+name, "link", "set", "up0", "up")
	}
	for _, subnet := range []string{"10.244.2.0/24", "203.0.113.0/24"} {
		n.ip("-n", n.prefix+"node", "route", "add", subnet, "via", node2)
	}
	n.ip("-n", n.prefix+"far", "route", "add", "10.244.1.0/24", "via", node1)
	n.command("sysctl", "-qw", "net.ipv4.ip_forward=1")
	for _, address := range pods {
		n.addPod(address)
	}
	return n
}

func (n *network) add(name string) {
	n.t.Helper()
	n.ip("netns", "add", n.prefix+name)
	n.t.Cleanup(func() { exec.Command("ip", "netns", "delete", n.prefix+name).Run() })
	n.ip("-n", n.prefix+name, "link", "set", "lo", "up")
}

func (n *network) addPod(address string) {
	n.t.Helper()
	name := "pod" + address[strings.LastIndex(address, ".")+1:]
	n.add(name)
	n.space[address] = name
	link, space := "veth"+name, n.prefix+name
	n.ip("-n", n.prefix+"node", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space)
	n.ip("-n", n.prefix+"node", "address", "add", "10.244.1.1/32", "dev", link)
	n.ip("-n", n.prefix+"node", "link", "set", link, "up")
	n.ip("-n", n.prefix+"node", "route", "add", address+"/32", "dev", link)
	n.ip("-n", space, "address", "add", address+"/32", "dev", "eth0")
	n.ip("-n", space, "link", "set", "eth0", "up")
	n.ip("-n", space, "route", "add", "10.244.1.1", "dev", "eth0")
	n.ip("-n", space, "route", "add", "default", "via", "10.244.1.1")
}

func (n *network) ip(arguments ...string) {
	n.t.Helper()
	if output, err := exec.Command("ip", arguments...).CombinedOutput(); err != nil {
		n.t.Fatalf("ip %s: %v: %s", strings.Join(arguments, " "), err, output)
	}
}

// inNode is the start of a command line that runs on the node.
func (n *network) inNode(arguments ...string) []string {
	return append([]string{"nsenter", "--net=/run/netns/" + n.prefix + "node"}, arguments...)
}

func (n *network) command(arguments ...string) string {
	n.t.Helper()
	line := n.inNode(arguments...)
	output, err := exec.Command(line[0], line[1:]...).CombinedOutput()
	if err != nil {
		n.t.Fatalf("%s: %v: %s", strings.Join(line, " "), err, output)
	}
	return string(output)
}

// in runs a function in the network namespace of an address. Sockets stay in the namespace they are made in.
func in[T any](n *network, address string, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result)
	go func() {
		// Never unlocked: the thread ends with the goroutine instead of carrying the namespace elsewhere.
		runtime.LockOSThread()
		var r result
		var file *os.File
		if file, r.err = os.Open("/run/netns/" + n.prefix + n.space[address]); r.err == nil {
			defer file.Close()
			if r.err = unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); r.err == nil {
				r.value, r.err = do()
			}
		}
		done <- r
	}()
	r := <-done
	return r.value, r.err
}

// serve echoes on TCP and UDP ports of an address.
func (n *network) serve(address string, ports ...int) {
	n.t.Helper()
	for _, port := range ports {
		at := fmt.Sprintf("%s:%d", address, port)
		listener, err := in(n, address, func() (net.Listener, error) { return net.Listen("tcp4", at) })
		if err != nil {
			n.t.Fatal(err)
		}
		packets, err := in(n, address, func() (net.PacketConn, error) { return net.ListenPacket("udp4", at) })
		if err != nil {
			n.t.Fatal(err)
		}
		n.t.Cleanup(func() { listener.Close(); packets.Close() })
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				go func() {
					defer connection.Close()
					buffer := make([]byte, 64)
					for count, err := connection.Read(buffer); err == nil; count, err = connection.Read(buffer) {
						connection.Write(buffer[:count])
					}
				}()
			}
		}()
		go func() {
			buffer := make([]byte, 64)
			for {
				count, from, err := packets.ReadFrom(buffer)
				if err != nil {
					return
				}
				packets.WriteTo(buffer[:count], from)
			}
		}()
	}
}

func (n *network) dial(protocol, from, to string, port int, timeout time.Duration) (net.Conn, error) {
	return in(n, from, func() (net.Conn, error) {
		dialer := net.Dialer{Timeout: timeout}
		if source := net.ParseIP(from); protocol == "udp4" {
			dialer.LocalAddr = &net.UDPAddr{IP: source}
		} else {
			dialer.LocalAddr = &net.TCPAddr{IP: source}
		}
		return dialer.Dial(protocol, net.JoinHostPort(to, fmt.Sprint(port)))
	})
}

// echo sends one message over a connection and waits for it to come back.
func echo(connection net.Conn, timeout time.Duration) error {
	connection.SetDeadline(time.Now().Add(timeout))
	if _, err := connection.Write([]byte("hello")); err != nil {
		return err
	}
	_, err := connection.Read(make([]byte, 64))
	return err
}

// reaches tries a new connection.
func (n *network) reaches(protocol, from, to string, port int, timeout time.Duration) bool {
	connection, err := n.dial(protocol, from, to, port, timeout)
	if err != nil {
		return false
	}
	defer connection.Close()
	return echo(connection, timeout) == nil
}

// packets counts the UDP packets that came to a pod.
func (n *network) packets(address string) int {
	n.t.Helper()
	content, err := in(n, address, func() ([]byte, error) { return os.ReadFile("/proc/thread-self/net/snmp") })
	if err != nil {
		n.t.Fatal(err)
	}
	received, unheard := 0, 0
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "Udp: ") && !strings.HasPrefix(line, "Udp: InDatagrams") {
			fmt.Sscanf(line, "Udp: %d %d", &received, &unheard)
		}
	}
	return received + unheard
}
