using EdgeDePin.EdgeHub;
using EdgeDePin.Node;
using EdgeDePin.Storage;
using EdgeDePin.Web;
using Microsoft.Extensions.Logging;

// Keeps what the hub brings, replicates it to InfluxDB, and shows it. Nothing foreign runs here.
return await ModuleProcess.RunAsync(args, HubOutputs.TelemetryModule, async module =>
{
    NodeOptions node = module.Options<NodeOptions>("Node");
    HubOptions hub = module.Options<HubOptions>("Hub");
    InfluxOptions influx = module.Options<InfluxOptions>("Influx");
    StoreOptions keeping = module.Options<StoreOptions>("Store");
    HttpOptions http = module.Options<HttpOptions>("Http");
    ApiOptions api = module.Options<ApiOptions>("Api");

    ILogger log = module.Logs.CreateLogger(node.Name);
    keeping.Folder = node.DataFolder;
    using Store store = Store.Open(keeping, module.Time, log);
    using var replicas = new Replication(influx, store, module.Time, module.Random, log);
    await using ModuleClient client = HubClient.Create(hub, module.Module, module.Time, module.Random, module.Logs);
    var lane = new WriteLane(store);
    var answers = new InfluxApi(store, lane, api, module.Time);
    await using NodePage page = await NodePage.StartAsync(http.Port, node.Site, node.Name, store, answers, module.Time, api.Listen);
    module.Running(log, node);
    Console.WriteLine($"page: {page.Url}");
    await new Telemetry(node, store, lane, replicas, client, module.Time, log).RunAsync(module.Stopping);
});
