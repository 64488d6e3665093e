using System.Globalization;
using System.Text;

namespace EdgeDePin.Tests.Storage;

/// <summary>The points that influxd and the store are asked about: curated ones with every oddity, generated ones in number.</summary>
internal static class InfluxQlData
{
    public const string Curated = """
        cpu,host=a,region=eu v=1,s="x" 1500000000000000000
        cpu,host=b,region=us v=2,b=true,i=5i 1500000000000000000
        cpu,host=a,region=eu v=3 1500000060000000000
        cpu,host=b,region=us v=5,i=-7i 1500000180000000000
        cpu,host=c v=0.25,i=12i,s="text with \"quotes\" & <angles>",b=false 1500000030500000000
        cpu,host=c v=-4.5,i=3i,s="y" 1500000090000000001
        cpu,host=c v=1e-7,i=3i 1500000150000000000
        cpu,host=c v=1e21 1500000210000000000
        weather,sensor=roof temperature=21.5,humidity=40i 1500000000000000000
        weather,sensor=roof temperature=22.25,humidity=41i 1500000010000000000
        weather,sensor=cellar temperature=12.75,humidity=70i 1500000005000000000
        weather,sensor=cellar temperature=12.5,humidity=71i 1500000065000000000
        weather,sensor=roof temperature=23,humidity=39i 1500000070000000000
        weather,sensor=roof temperature=24.5 1500000130000000000
        weather,sensor=cellar humidity=69i 1500000190000000000
        old,k=v f=1.5 -1000000001
        odd\ name,tag\ key=tag\,value,field=x field\ key=1,V=2,v=3 1500000000000000000
        """;

    public static string All { get; } = Curated + "\n" + Generated(seed: 7);

    // No two series share an instant: in which order influxd merges them then is an accident of its heap. In order of time,
    // because a sum of floats depends on it in the last digit.
    private static string Generated(int seed)
    {
        var random = new Random(seed);
        var lines = new SortedDictionary<long, string>();
        (string Host, string Region)[] hosts = [("x", "north"), ("y", "south"), ("z", "north")];
        int[] steps = [10, 10, 10, 20, 50, 90];
        string[] states = ["up", "down", "idle"];
        for (int host = 0; host < hosts.Length; host++)
        {
            long time = 1_500_000_000 + host;
            long count = 0;
            for (int at = 0; at < 60; at++)
            {
                time += steps[random.Next(steps.Length)];
                count += random.Next(6);
                var fields = new StringBuilder();
                fields.Append(CultureInfo.InvariantCulture, $"c={count}i");
                fields.Append(random.Next(10) < 9 ? string.Create(CultureInfo.InvariantCulture, $",a={random.Next(-500, 2000) / 100.0}") : "");
                fields.Append(random.Next(10) < 7 ? string.Create(CultureInfo.InvariantCulture, $",n={random.Next(-5, 10)}i") : "");
                fields.Append(random.Next(10) < 3 ? random.Next(2) == 0 ? ",ok=true" : ",ok=false" : "");
                fields.Append(random.Next(10) < 3 ? $",txt=\"{states[random.Next(3)]}\"" : "");
                lines[time] = string.Create(CultureInfo.InvariantCulture, $"grid,host={hosts[host].Host},region={hosts[host].Region} {fields} {time}000000000");
            }
        }

        return string.Join('\n', lines.Values);
    }
}
