using EdgeDePin.Node;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Storage;
using EdgeDePin.Web;
using Microsoft.Extensions.Logging;

// Keeps what the hub brings, replicates it to InfluxDB, and shows it. Nothing foreign runs here.
return await ModuleProcess.RunAsync(args, HubOutputs.TelemetryModule, ["Influx", "Store", "Api", "Clock"], Check, async module =>
{
    NodeOptions node = NodeSections.Node(module.Configuration);
    InfluxOptions influx = module.Options<InfluxOptions>("Influx");
    StoreOptions keeping = module.Options<StoreOptions>("Store");
    HttpOptions http = module.Options<HttpOptions>("Http");
    ApiOptions api = module.Options<ApiOptions>("Api");
    ClockOptions clocks = module.Options<ClockOptions>("Clock");

    ILogger log = module.Logs.CreateLogger(node.Name);
    keeping.Folder = node.DataFolder;
    using Store store = Store.Open(keeping, module.Time, log);
    using var replicas = new Replication(influx, store, module.Time, module.Random, log);
    var lane = new WriteLane(store);
    var answers = new InfluxApi(store, lane, api, module.Time);
    await using NodePage page = await NodePage.StartAsync(http.Port, node.Site, node.Name, store, answers, module.Time, api.Listen, api.Pages);
    using Restamping? clock = clocks.Correct && DeviceTime.Boot is { } boot
        ? new Restamping(clocks, node, store, module.Time, boot, KernelClock.IsSynchronised, log) : null;
    var side = new Telemetry(node, store, lane, replicas, module.Client, module.Time, log, clock);
    answers.NodeMetrics = () => side.Metrics;
    (module.Methods.Counters, module.Methods.Flush) = (side.Count, side.FlushAsync);
    module.Running(log, node);
    Console.WriteLine($"page: {page.Url}");
    await side.RunAsync(module.Stopping);
});

static void Check(ModuleContext module)
{
    NodeSections.Node(module.Configuration);
    module.Options<InfluxOptions>("Influx");
    module.Options<StoreOptions>("Store");
    module.Options<HttpOptions>("Http");
    module.Options<ApiOptions>("Api");
    module.Options<ClockOptions>("Clock");
}
