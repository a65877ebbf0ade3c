namespace Guard.EndToEnd.Tests.Firewall;

/// <summary>Rules in the shape that other tools leave them, for nft and for iptables.</summary>
internal static class ForeignRulesets
{
    /// <summary>fail2ban with its nftables action: a table of its own, a chain before filter, a set for each jail.</summary>
    public const string Fail2Ban = """
        table inet f2b-table {
            set addr-set-postfix-sasl {
                type ipv4_addr
                elements = { 10.77.0.200, 10.77.0.201 }
            }
            chain f2b-chain {
                type filter hook input priority filter - 1; policy accept;
                tcp dport { 25, 465, 587 } ip saddr @addr-set-postfix-sasl reject with icmp port-unreachable
            }
        }
        """;

    /// <summary>CSF: LOCALINPUT before everything, deny chains, a logging drop, and its own sets under iptables.</summary>
    public const string Csf = """
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :ALLOWIN - [0:0]
        :DENYIN - [0:0]
        :LOCALINPUT - [0:0]
        :LOGDROPIN - [0:0]
        -A INPUT -i lo -j ACCEPT
        -A INPUT -j LOCALINPUT
        -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A ALLOWIN -s 10.77.0.2/32 -j ACCEPT
        -A DENYIN -s 10.77.0.210/32 -j DROP
        -A LOCALINPUT -j ALLOWIN
        -A LOCALINPUT -j DENYIN
        -A LOGDROPIN -p tcp -m tcp --dport 23 -j DROP
        COMMIT

        """;

    /// <summary>APF: sanity and trust chains in filter, and marks in mangle.</summary>
    public const string Apf = """
        *mangle
        :PREROUTING ACCEPT [0:0]
        -A PREROUTING -p tcp -m tcp --dport 25 -j TOS --set-tos 0x08/0x3f
        COMMIT
        *filter
        :INPUT ACCEPT [0:0]
        :TALLOW - [0:0]
        :TDENY - [0:0]
        :IN_SANITY - [0:0]
        -A INPUT -j TALLOW
        -A INPUT -j TDENY
        -A INPUT -p tcp -j IN_SANITY
        -A TDENY -s 10.77.0.220/32 -j DROP
        -A IN_SANITY -p tcp -m tcp --tcp-flags SYN,FIN SYN,FIN -j DROP
        COMMIT

        """;
}
